import {
  withDefect,
  type FileDefect,
  type FileDocument,
  type FileExample,
  type FileLevel,
  type FileScale,
} from "./document";

export interface HeldRegion {
  shape: "box" | "polygon" | "point";
  points: [number, number][];
}
export interface HeldExample extends FileExample {
  id?: string;
  asset?: string | null;
  asset_sha256?: string;
  source_item?: string | null;
  clean_counterpart_of?: string;
  region?: HeldRegion;
}
export type Translations = Record<string, { name: string; definition?: string }>;
export interface Cause {
  component: string;
  confidence: string;
  check?: string;
}
export interface SubDefect {
  id: string;
  code: string;
  name: string;
  status: string;
  since: string;
  definition: string;
  translations?: Translations;
}
/** A defect with every field that a taxonomy file may hold. */
export interface HeldDefect extends Omit<FileDefect, "examples" | "sub_defects"> {
  meaning_since?: string;
  comment_required?: boolean;
  veto?: boolean;
  not_ratable?: boolean;
  route?: string;
  translations?: Translations;
  quality: string;
  kpis?: string[];
  causes?: Cause[];
  sub_defects?: SubDefect[];
  examples: HeldExample[];
}
export interface HeldScale extends Omit<FileScale, "levels"> {
  kind: string;
  allow_not_applicable?: boolean;
  tie_break?: string;
  end_words?: Record<string, string>;
  levels: { key: string; rank: number; name: string; hotkey: string; action: string; general_rule: string }[];
}
export interface Group {
  id: string;
  level: string;
  members: string[];
  rule: string;
}
export interface Quality {
  id: string;
  name: string;
  iso25010_analogue: string;
  note?: string;
}
export interface Kpi {
  id: string;
  name: string;
  direction: string;
  unit: string;
  description?: string;
}
export interface Source {
  title: string;
  url: string;
  used_for?: string;
}
export interface Scoring {
  base: number;
  floor: number;
  per_defect: string;
  dimension_cap?: number | null;
}
/** What a file holds besides its dimensions. */
export interface HeldDocument extends Omit<
  FileDocument,
  "taxonomy" | "severity_scales" | "exclusion_groups"
> {
  taxonomy: FileDocument["taxonomy"] & {
    summary: string;
    default_language: string;
    languages?: string[];
    license?: string;
    media?: string[];
    sources?: Source[];
    scoring: Scoring;
  };
  severity_scales: HeldScale[];
  quality_model: Quality[];
  kpis?: Kpi[];
  exclusion_groups?: Group[];
}

export const ACTIONS = ["accept", "retouch", "regenerate", "reject"];

export function held(document: FileDocument): HeldDocument {
  return document as unknown as HeldDocument;
}

/** The document with another frame; dimensions and whatever else it holds stay. */
export function withFrame(document: FileDocument, values: Partial<HeldDocument>): FileDocument {
  const keys = ["kpis", "exclusion_groups"].filter((key) => key in values);
  return said({ ...held(document), ...values }, keys) as unknown as FileDocument;
}

/** One defect with new values; a value that says nothing is left out, as in a file. Untouched keys stay. */
export function withValues(
  document: FileDocument,
  id: string,
  values: { [Key in keyof HeldDefect]?: HeldDefect[Key] | undefined },
): FileDocument {
  const keys = Object.keys(values).filter((key) => OPTIONAL.has(key));
  return withDefect(document, id, (one) => said({ ...one, ...values }, keys) as FileDefect);
}

const OPTIONAL = new Set([
  "aliases",
  "context",
  "relations",
  "causes",
  "kpis",
  "translations",
  "catch_all",
  "comment_required",
  "veto",
  "not_ratable",
  "route",
]);

/** `value` without those of `keys` that say nothing. */
export function said<T extends object>(value: T, keys: readonly string[]): T {
  const says = (one: unknown) =>
    one !== undefined &&
    one !== false &&
    one !== "" &&
    !(typeof one === "object" && one !== null && Object.keys(one).length === 0);
  return Object.fromEntries(
    Object.entries(value).filter(([key, one]) => !keys.includes(key) || says(one)),
  ) as T;
}

/** What is wrong between the levels of one defect, by level: a worse level is never cheaper or milder. */
export function levelProblems(
  scale: HeldScale | undefined,
  severity: Record<string, FileLevel>,
): Map<string, { penalty?: string; action?: string }> {
  const found = new Map<string, { penalty?: string; action?: string }>();
  const ranked = [...(scale?.levels ?? [])].sort((a, b) => a.rank - b.rank);
  ranked.forEach((worse, place) => {
    const milder = ranked[place - 1];
    if (!milder) return;
    const [less, more] = [severity[milder.key], severity[worse.key]];
    if (!less || !more) return;
    const [first, second] = [less.action ?? milder.action, more.action ?? worse.action];
    found.set(worse.key, {
      ...(more.penalty < less.penalty && {
        penalty: `Below ${less.penalty}, the points of ${milder.name}.`,
      }),
      ...(ACTIONS.indexOf(second) < ACTIONS.indexOf(first) && {
        action: `Milder than ${first}, the action of ${milder.name}.`,
      }),
    });
  });
  return found;
}

/** "12 of 400 characters", with the least where the text is still shorter. */
export function lengthHint(text: string, least: number, most?: number): string {
  const count = [...text].length;
  const of = most ? `${count} of ${most} characters` : `${count} characters`;
  return count < least ? `${of}, at least ${least}.` : `${of}.`;
}

/** Puts a defect into a group or takes it out. */
export function withMember(groups: readonly Group[], id: string, group: string, isIn: boolean): Group[] {
  return groups.map((one) => {
    if (one.id !== group) return one;
    const members = one.members.filter((member) => member !== id);
    return { ...one, members: isIn ? [...members, id] : members };
  });
}

/** The next id of a group that is free. */
export function nextGroup(groups: readonly Group[]): string {
  const taken = groups.map((one) => Number(one.id.slice(3)));
  return `EG-${String(Math.max(0, ...taken) + 1).padStart(2, "0")}`;
}
