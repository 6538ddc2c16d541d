/**
 * What the reviewer has made of one image so far, as a value, and the edits on it. Every edit returns a new value, so
 * that undo is a list of them. The wire form (Answer) is made by `answer.ts`.
 */
import type { Region } from "../canvas/geometry";
import type { Confidence, Verdict } from "./types";

export interface WorkFinding {
  /** Local name of the finding while the image is open; never sent. */
  readonly key: string;
  readonly defect: string;
  readonly subDefect: string | null;
  readonly severity: string | null;
  readonly region: Region | null;
  readonly confidence: Confidence;
  readonly note: string;
}

export interface Work {
  readonly findings: readonly WorkFinding[];
  /** Rating scales: defect → level key, or null = not applicable; absent = not yet rated. */
  readonly ratings: Readonly<Record<string, string | null>>;
  /** Answered "not assessed" by hand. */
  readonly notAssessed: readonly string[];
  readonly unusable: boolean;
  readonly verdict: Verdict | null;
  readonly note: string;
  /** Next number for a finding's local key. */
  readonly next: number;
}

export const NOTHING: Work = {
  findings: [],
  ratings: {},
  notAssessed: [],
  unusable: false,
  verdict: null,
  note: "",
  next: 1,
};

export type NewFinding = Omit<WorkFinding, "key">;

export function newFinding(defect: string, severity: string | null): NewFinding {
  return { defect, subDefect: null, severity, region: null, confidence: "sure", note: "" };
}

/** Adds at the end; a defect that was answered "not assessed" by hand is assessed after all. */
export function addFinding(work: Work, finding: NewFinding): { work: Work; key: string } {
  const key = `f${work.next}`;
  const next: Work = {
    ...work,
    findings: [...work.findings, { ...finding, key }],
    notAssessed: work.notAssessed.filter((id) => id !== finding.defect),
    unusable: false,
    next: work.next + 1,
  };
  return { work: next, key };
}

export function changeFinding(work: Work, key: string, change: Partial<NewFinding>): Work {
  return {
    ...work,
    findings: work.findings.map((finding) => (finding.key === key ? { ...finding, ...change } : finding)),
  };
}

export function removeFinding(work: Work, key: string): Work {
  return { ...work, findings: work.findings.filter((finding) => finding.key !== key) };
}

export function findingOf(work: Work, key: string | null): WorkFinding | undefined {
  return key === null ? undefined : work.findings.find((finding) => finding.key === key);
}

export function instancesOf(work: Work, defect: string): readonly WorkFinding[] {
  return work.findings.filter((finding) => finding.defect === defect);
}

export function setRating(work: Work, defect: string, level: string | null): Work {
  return {
    ...work,
    ratings: { ...work.ratings, [defect]: level },
    notAssessed: work.notAssessed.filter((id) => id !== defect),
  };
}

export function toggleNotAssessed(work: Work, defect: string): Work {
  const was = work.notAssessed.includes(defect);
  const { [defect]: _rating, ...ratings } = work.ratings;
  return {
    ...work,
    findings: was ? work.findings : work.findings.filter((finding) => finding.defect !== defect),
    ratings: was ? work.ratings : ratings,
    notAssessed: was ? work.notAssessed.filter((id) => id !== defect) : [...work.notAssessed, defect],
  };
}

export function isUntouched(work: Work): boolean {
  return (
    work.findings.length === 0 &&
    Object.keys(work.ratings).length === 0 &&
    work.notAssessed.length === 0 &&
    !work.unusable &&
    work.note === ""
  );
}
