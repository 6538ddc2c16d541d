import { addressOf, currentCsrfToken } from "../api/client";
import { isProblem, offlineProblem, problemFrom } from "../api/problem";
import type { TaxonomyImported } from "./types";

export interface FileViolation {
  pointer: string;
  line: number | null;
  code: string;
  message: string;
}

const KINDS: Record<string, string> = {
  json: "application/json",
  csv: "text/csv",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
};

/** Sends a taxonomy file byte for byte, so that line numbers in a refusal are those of the file. */
export async function importFile(file: File, isPublished: boolean): Promise<TaxonomyImported> {
  const headers = new Headers({
    Accept: "application/json",
    "Content-Type": KINDS[file.name.toLowerCase().split(".").at(-1) ?? ""] ?? "application/yaml",
    "X-CSRFToken": await currentCsrfToken(),
  });
  const address = addressOf("/taxonomies/import", {
    file: file.name,
    ...(isPublished && { publish: true }),
  });
  let response: Response;
  try {
    response = await fetch(address, { method: "POST", headers, body: file, credentials: "same-origin" });
  } catch {
    throw offlineProblem();
  }
  if (!response.ok) throw await problemFrom(response);
  return (await response.json()) as TaxonomyImported;
}

/** Path, line, rule and message of each place that is wrong; empty where the refusal has another reason. */
export function violationsIn(error: unknown): FileViolation[] {
  const listed = isProblem(error) ? error.body["violations"] : [];
  if (!Array.isArray(listed)) return [];
  return listed.map((one: Record<string, unknown>) => ({
    pointer: text(one["pointer"]),
    line: typeof one["line"] === "number" ? one["line"] : null,
    code: text(one["code"]),
    message: text(one["message"]),
  }));
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
