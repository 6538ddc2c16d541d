/** One broken rule in a request: `pointer` is a JSON pointer into the body ("/email"), or "" for the whole. */
export interface Violation {
  pointer: string;
  detail: string;
  kind?: string;
}

export interface ProblemFields {
  status: number;
  type?: string;
  title?: string;
  detail?: string;
  violations?: Violation[];
  retryAfter?: number | null;
  body?: Record<string, unknown>;
}

/**
 * An answer of the server that is not a success, as RFC 9457 problem, or no answer at all.
 *
 * `kind` is the last part of `type` ("sign-in-needed"); compare with it, never with the sentence.
 * Made here, not by the server: "offline" (status 0: no answer) and "unexpected" (no problem document).
 */
export class ProblemError extends Error {
  readonly status: number;
  readonly type: string;
  readonly kind: string;
  readonly title: string;
  readonly detail: string;
  readonly violations: readonly Violation[];
  /** Seconds after which it is worth trying again; null where the server did not say. */
  readonly retryAfter: number | null;
  /** The whole problem document, for extensions such as `csrf_token`. */
  readonly body: Readonly<Record<string, unknown>>;

  constructor(fields: ProblemFields) {
    const title = fields.title || "Something went wrong";
    super(fields.detail || title);
    this.name = "ProblemError";
    this.status = fields.status;
    this.type = fields.type || "about:blank";
    this.kind = kindOf(this.type);
    this.title = title;
    this.detail = fields.detail ?? "";
    this.violations = fields.violations ?? [];
    this.retryAfter = fields.retryAfter ?? null;
    this.body = fields.body ?? {};
  }
}

export function kindOf(type: string): string {
  if (type === "about:blank") return "unexpected";
  const parts = type.split(/[#/:]/).filter(Boolean);
  return parts.at(-1) ?? "unexpected";
}

export function isProblem(error: unknown, kind?: string): error is ProblemError {
  return error instanceof ProblemError && (kind === undefined || error.kind === kind);
}

/** True where the same request may succeed later without anybody changing anything. */
export function isPassing(error: unknown): boolean {
  return isProblem(error) && (error.status === 0 || error.status === 429 || error.status >= 500);
}

export function offlineProblem(): ProblemError {
  return new ProblemError({
    status: 0,
    type: "offline",
    title: "The server does not answer",
    detail: "Check your connection and try again. Nothing you saved is lost.",
  });
}

export async function problemFrom(response: Response): Promise<ProblemError> {
  const body = await readObject(response);
  const header = Number(response.headers.get("Retry-After") ?? Number.NaN);
  const stated = body["retry_after"];
  return new ProblemError({
    status: response.status,
    type: text(body["type"]) || "unexpected",
    title: text(body["title"]) || `The server answered ${response.status}`,
    detail: text(body["detail"]),
    violations: readViolations(body["violations"]),
    retryAfter: typeof stated === "number" ? stated : Number.isFinite(header) ? header : null,
    body,
  });
}

/** Messages per field name, for forms: "/people/0/email" → "people.0.email"; the whole body → "". */
export function byField(error: unknown): Record<string, string> {
  const found: Record<string, string> = {};
  if (!isProblem(error)) return found;
  for (const violation of error.violations) {
    const field = violation.pointer.replace(/^#?\//, "").replaceAll("/", ".");
    found[field] = field in found ? `${found[field]} ${violation.detail}` : violation.detail;
  }
  return found;
}

async function readObject(response: Response): Promise<Record<string, unknown>> {
  if (!/\bjson\b/.test(response.headers.get("Content-Type") ?? "")) return {};
  try {
    const value: unknown = await response.json();
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function readViolations(value: unknown): Violation[] {
  if (!Array.isArray(value)) return [];
  return value.map((entry: Record<string, unknown>) => {
    const kind = text(entry["kind"] ?? entry["code"]);
    const base = { pointer: text(entry["pointer"]), detail: text(entry["detail"] ?? entry["message"]) };
    return kind ? { ...base, kind } : base;
  });
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
