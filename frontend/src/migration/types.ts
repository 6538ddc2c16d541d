import type { components } from "../api/schema";

type Schemas = components["schemas"];
export type CampaignMoves = Schemas["CampaignMoves"];
export type MoveRun = Schemas["MoveRun"];
export type MoveCounts = Schemas["MoveCounts"];
export type MovedConcept = Schemas["MovedConcept"];
export type MovedFindings = Schemas["MovedFindings"];
export type MoveVersion = Schemas["MoveVersion"];

export const OUTCOMES = ["carried", "mapped", "queued", "archived"] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What becomes of a finding, in words. */
export const FATES: Record<Outcome, string> = {
  carried: "stay as they are",
  mapped: "become another defect or level by rule",
  queued: "go to people for a second look",
  archived: "are kept, but no longer count",
};
export const STATES: Record<MoveRun["state"], string> = {
  preparing: "being prepared",
  ready: "prepared, not in effect",
  active: "in effect",
  rolled_back: "rolled back",
  failed: "failed",
};
const QUESTIONS: Record<string, string> = {
  presence: "Is it still this defect?",
  concept: "Which defect is it now?",
  severity: "Which level is it?",
  region: "Where is it?",
  exclusion: "Which of two that exclude each other?",
  requires: "What it needs is missing. Is it there?",
};

export function questionIn(kind: string): string {
  return QUESTIONS[kind.split(":")[0] ?? kind] ?? kind;
}
