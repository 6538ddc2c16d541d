import type { components } from "../api/schema";
import { formatInterval, formatNumber, type Interval } from "../ui/format";

type Schemas = components["schemas"];
export type AgreementDocument = Schemas["AgreementDocument"];
export type Report = Schemas["AgreementReportBody"];
export type Defect = Schemas["DefectAgreementDocument"];
export type Rating = Schemas["RatingAgreementDocument"];
export type Statistic = Schemas["AgreementStatistic"];
export type Severity = Schemas["SeverityDocument"];
export type Sampling = "queue" | "production";

/** A defect or a rated category in one line, whichever of the two it is. */
export interface Line {
  key: string;
  code: string;
  name: string;
  kappa: Statistic | null;
  /** What the dot's size follows: images that somebody marked, or images with two scores. */
  n: number;
  isWeak: boolean;
  pattern: "marked" | "pairable";
  gate: Defect["gate"];
  /** Why there is no value or no interval. */
  reason: string | null;
}

const REASONS: Record<string, string> = {
  undefined_no_variation: "no variation: everybody gave the same answer",
  undefined_no_positive: "nobody marked it",
  insufficient_raters: "fewer than two reviewers",
  insufficient_items: "a single common image",
  no_overlap: "no image with two answers",
  no_data: "not assessed yet",
};

export function reasonOf(statistic: Statistic | null | undefined): string | null {
  if (!statistic) return "not available";
  if (statistic.value === null) return REASONS[statistic.status] ?? statistic.status;
  return statistic.interval ? null : "no interval";
}

export function ends(interval: number[] | null | undefined): Interval | null {
  const [low, high] = interval ?? [];
  return low === undefined || high === undefined ? null : [low, high];
}

export function writtenWithEnds(statistic: Statistic): string {
  if (statistic.value === null) return REASONS[statistic.status] ?? "not defined";
  const interval = ends(statistic.interval);
  return interval
    ? `${formatNumber(statistic.value)} (${formatInterval(interval)})`
    : formatNumber(statistic.value);
}

/** Weakest first; what is too rare to judge below, what is undefined last. */
export function linesOf(report: Report, sampling: Sampling): Line[] {
  const defects = report.defects.map((one): Line => {
    const from = sampling === "queue" ? one : one.production;
    return {
      key: one.concept,
      code: one.code,
      name: one.name,
      kappa: from?.statistics.kappa ?? null,
      n: from?.positives ?? 0,
      isWeak: from?.too_few_positives ?? true,
      pattern: "marked",
      gate: one.gate,
      reason: reasonOf(from?.statistics.kappa) ?? (from?.too_few_positives ? "too few positives" : null),
    };
  });
  const ratings = report.ratings.map((one): Line => ({
    key: one.concept,
    code: one.code,
    name: one.name,
    kappa: sampling === "queue" ? one.severity.kappa : null,
    n: one.severity.items_pairable,
    isWeak: one.severity.items_pairable < 10,
    pattern: "pairable",
    gate: one.gate,
    reason:
      sampling === "production"
        ? "in the queue only"
        : one.severity.kappa.value !== null && one.severity.items_pairable < 50
          ? "no interval below 50 images"
          : reasonOf(one.severity.kappa),
  }));
  const rank = (line: Line) => (line.kappa?.value == null ? 2 : line.isWeak ? 1 : 0);
  return [...defects, ...ratings].sort(
    (a, b) =>
      rank(a) - rank(b) || (a.kappa?.value ?? 0) - (b.kappa?.value ?? 0) || a.name.localeCompare(b.name),
  );
}

export interface Filters {
  leastRank: number;
  reviewers: string;
}

/** The address of the images behind a number. Empty values are left out. */
export function imagesBehind(
  base: string,
  filters: Filters,
  choice: Record<string, string | boolean | null | undefined>,
): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(choice)) {
    if (value !== null && value !== undefined && value !== false && value !== "")
      search.set(name, String(value));
  }
  if (filters.leastRank > 1) search.set("least_rank", String(filters.leastRank));
  if (filters.reviewers) search.set("reviewers", filters.reviewers);
  return `${base}/items?${search.toString()}`;
}
