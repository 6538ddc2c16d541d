import type { Query } from "../api/client";

/** What the gallery is filtered by; it lives in the address, so that a view can be sent to somebody. */
export interface ImageFilter {
  generator: string;
  model_version: string;
  source_group: string;
  import_run: string;
  text: string;
  has_prompt: string;
  has_reference: string;
  created_after: string;
  created_before: string;
  withdrawn: string;
}

export type FilterName = keyof ImageFilter;

const NAMES: readonly FilterName[] = [
  "generator",
  "model_version",
  "source_group",
  "import_run",
  "text",
  "has_prompt",
  "has_reference",
  "created_after",
  "created_before",
  "withdrawn",
];

export function filterFrom(search: URLSearchParams): ImageFilter {
  return Object.fromEntries(NAMES.map((name) => [name, search.get(name) ?? ""])) as unknown as ImageFilter;
}

/** The filter as query parameters; days become the moments at which they begin. */
export function queryOf(filter: ImageFilter): Query {
  return {
    ...filter,
    created_after: filter.created_after && `${filter.created_after}T00:00:00Z`,
    created_before: filter.created_before && `${dayAfter(filter.created_before)}T00:00:00Z`,
  };
}

export function isFiltered(filter: ImageFilter): boolean {
  return NAMES.some((name) => name !== "withdrawn" && filter[name] !== "");
}

/** The address with one value changed; an empty one leaves it. */
export function changed(search: URLSearchParams, name: string, value: string): URLSearchParams {
  const next = new URLSearchParams(search);
  if (value === "") next.delete(name);
  else next.set(name, value);
  return next;
}

function dayAfter(day: string): string {
  const moment = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(moment.getTime())) return day;
  moment.setUTCDate(moment.getUTCDate() + 1);
  return moment.toISOString().slice(0, 10);
}
