/** The manifest of an export, as far as the page reads it. */
export interface Manifest {
  readonly format: string;
  readonly layout: string;
  readonly app_version: string;
  readonly content_hash: string;
  readonly taxonomy: { readonly slug: string; readonly version: string; readonly content_hash: string };
  readonly counts: {
    readonly images: number;
    readonly labels: number;
    readonly by_concept: Readonly<Record<string, { present: number; absent: number; not_assessed: number }>>;
  };
  readonly partial: boolean;
  readonly missing: {
    readonly items: number;
    readonly unsettled: number;
    readonly open_disputes: number;
    readonly waiting: number;
  };
  readonly withdrawn: { readonly count: number };
  readonly agreement: { readonly is_current: boolean } | null;
  readonly notes: readonly string[];
  readonly files: readonly { name: string; sha256: string; bytes: number; records: number }[];
  readonly made: { readonly journal: { readonly position: number; readonly hash: string | null } };
}

export function manifestOf(value: unknown): Manifest | null {
  return typeof value === "object" && value !== null && "content_hash" in value ? (value as Manifest) : null;
}
