import type { Interval } from "../ui/format";
import type { AskedDefect, Detector, Evaluation, Figure, ScoringJob } from "./types";

/** The figures to show: those on the frozen audit set where they have a value, else the cross-validated ones. */
export function bestEvaluation(
  detector: Detector | null,
): { evaluation: Evaluation; basis: "audit set" | "cross-validated" } | null {
  if (!detector) return null;
  if (detector.audit && detector.audit.auroc.value !== null) {
    return { evaluation: detector.audit, basis: "audit set" };
  }
  return detector.cross_validated ? { evaluation: detector.cross_validated, basis: "cross-validated" } : null;
}

/** The detector that a line speaks about: the one in use, else what came of the last training. */
export function shownDetector(row: AskedDefect): Detector | null {
  return row.champion ?? row.newest;
}

/** A newer trained detector that was not put to use. */
export function waitingDetector(row: AskedDefect): Detector | null {
  const { champion, newest } = row;
  return newest && newest.state === "trained" && champion && newest.id !== champion.id ? newest : null;
}

/** Why a defect has no detector, in plain words with both numbers; null where it has one. */
export function missingReason(row: AskedDefect): string | null {
  const shown = shownDetector(row);
  if (shown?.state === "trained") return null;
  if (shown?.state === "too_few" && shown.reason.startsWith("too few positives")) {
    const aside = shown.aside?.positives ?? 0;
    const more = aside ? ` (${aside} more too close to audit images: same prompt or source group)` : "";
    return `too few positives: ${shown.positives} of ${row.positives_needed} needed${more}`;
  }
  if (shown?.state === "too_few" && shown.reason.startsWith("too few negatives")) {
    return `too few negatives: ${shown.negatives} of ${row.positives_needed} needed`;
  }
  if (shown) return shown.reason;
  return row.gold_present < row.positives_needed
    ? `not trained yet; too few positives so far: ${row.gold_present} of ${row.positives_needed} needed`
    : "not trained yet";
}

export function intervalOf(figure: Figure): Interval | null {
  const [low, high] = figure.interval ?? [];
  return low === undefined || high === undefined ? null : [low, high];
}

/** Why a figure has no value or no interval. */
export function figureReason(figure: Figure): string | null {
  if (figure.status === "one_class") return "only one of present and absent among the held-out images";
  if (figure.status === "no_rows") return "no held-out images";
  return figure.interval ? null : "too few images for an interval";
}

export function isOpen(job: ScoringJob): boolean {
  return job.state === "queued" || job.state === "running";
}

/** The newest job by the time it was asked for. */
export function newestJob(jobs: readonly ScoringJob[]): ScoringJob | null {
  return jobs.reduce<ScoringJob | null>(
    (found, job) => (!found || job.created_at > found.created_at ? job : found),
    null,
  );
}
