import type { components } from "../api/schema";
import { formatCount, formatInterval, formatShare, type Interval } from "../ui/format";

type Schemas = components["schemas"];
export type Results = Schemas["ResultsDocument"];
export type DefectResult = Schemas["DefectResult"];
export type Rate = Schemas["ResultRate"];
export type Sampling = "queue" | "production";

export const VERDICT_WORDS: Record<string, string> = {
  accept: "Accept",
  retouch: "Retouch",
  regenerate: "Regenerate",
  reject: "Reject",
  open: "Open",
};

export function ends(interval: number[] | null | undefined): Interval | null {
  const [low, high] = interval ?? [];
  return low === undefined || high === undefined ? null : [low, high];
}

export function rateOf(one: { queue: Rate; production: Rate | null }, sampling: Sampling): Rate | null {
  return sampling === "queue" ? one.queue : one.production;
}

/** "12.0 % (8.1 – 17.3 %), 24 of 200". */
export function bothWritten(rate: Rate): string {
  if (rate.share === null) return "nothing assessed";
  const interval = ends(rate.interval);
  const written = interval ? ` (${formatInterval(interval, formatShare)})` : "";
  return `${formatShare(rate.share)}${written}, ${formatCount(rate.count)} of ${formatCount(rate.n)}`;
}

/** The address of the images behind a number. Empty values are left out. */
export function imagesBehind(
  base: string,
  choice: Record<string, string | boolean | null | undefined>,
): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(choice)) {
    if (value !== null && value !== undefined && value !== false && value !== "")
      search.set(name, String(value));
  }
  return `${base}/items?${search.toString()}`;
}
