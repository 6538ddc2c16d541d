import { expect, test } from "vitest";
import { bestEvaluation, missingReason, newestJob, waitingDetector } from "./figures";
import type { AskedDefect, Detector, Evaluation, Figure, ScoringJob } from "./types";

const figure = (value: number | null): Figure => ({
  value,
  interval: value === null ? null : [value - 0.1, value + 0.1],
  n: 30,
  positives: 12,
  status: value === null ? "one_class" : "ok",
});
const evaluation = (value: number | null): Evaluation => ({
  auroc: figure(value),
  average_precision: figure(value),
  f1: figure(value),
  calibration_error: null,
  reliability: [],
});
const detector = (values: Partial<Detector>): Detector => ({
  id: "d1",
  run: "r1",
  state: "trained",
  reason: "",
  positives: 12,
  negatives: 18,
  champion: true,
  created_at: "2026-01-01T00:00:00Z",
  method: "logistic",
  threshold: 0.5,
  cross_validated: evaluation(0.8),
  audit: null,
  human_ceiling: null,
  generator_baseline: null,
  comparison: null,
  aside: null,
  ...values,
});
const row = (values: Partial<AskedDefect>): AskedDefect => ({
  defect: "AID-0001",
  code: "NO",
  name: "Noise",
  gold_present: 5,
  gold_absent: 20,
  gold_not_assessed: 0,
  positives_needed: 8,
  champion: null,
  newest: null,
  ...values,
});

test("figures on the audit set count before cross-validated ones, but not when they have no value", () => {
  expect(bestEvaluation(detector({ audit: evaluation(0.7) }))?.basis).toBe("audit set");
  expect(bestEvaluation(detector({ audit: evaluation(null) }))?.basis).toBe("cross-validated");
  expect(bestEvaluation(null)).toBeNull();
});

test("too few positives are said with both numbers", () => {
  const none = detector({
    state: "too_few",
    positives: 5,
    reason: "too few positives: 5, at least 8 are needed",
  });
  expect(missingReason(row({ newest: none }))).toBe("too few positives: 5 of 8 needed");
  expect(missingReason(row({}))).toContain("5 of 8 needed");
  expect(missingReason(row({ gold_present: 9 }))).toBe("not trained yet");
  expect(missingReason(row({ champion: detector({}) }))).toBeNull();
});

test("positives that stand aside for the audit set are counted", () => {
  const none = detector({
    state: "too_few",
    positives: 0,
    reason: "too few positives: 0, at least 8 are needed",
    aside: { positives: 10, negatives: 80 },
  });
  expect(missingReason(row({ newest: none }))).toContain("0 of 8 needed (10 more too close to audit images");
});

test("a newer detector that was not put to use waits for the lead", () => {
  const champion = detector({}),
    newest = detector({ id: "d2", champion: false });
  expect(waitingDetector(row({ champion, newest }))?.id).toBe("d2");
  expect(waitingDetector(row({ champion, newest: champion }))).toBeNull();
});

test("the newest job is the one asked for last", () => {
  const job = (id: string, created_at: string) => ({ id, created_at }) as ScoringJob;
  expect(newestJob([job("a", "2026-01-01"), job("b", "2026-01-03"), job("c", "2026-01-02")])?.id).toBe("b");
  expect(newestJob([])).toBeNull();
});
