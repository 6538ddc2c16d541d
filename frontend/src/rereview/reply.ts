/** What a person says of one question, as a value; pure functions over it. */
import type { components } from "../api/schema";
import type { Region, Shape } from "../canvas/geometry";

type Schemas = components["schemas"];
export type Question = Schemas["RereviewLease"];
export type Leases = Schemas["RereviewLeases"];
export type Progress = Schemas["RereviewProgress"];
export type Candidate = Question["candidates"][number];

export interface Draft {
  /** Chosen candidate; null: nothing chosen yet. */
  readonly concept: string | null;
  readonly level: string | null;
  readonly none: boolean;
  readonly region: Region | null;
}

export const PRESENCE_STANDS = new Set(["severity", "region"]);

/** With one candidate it is chosen from the beginning, and so is a level without a choice. */
export function newDraft(question: Question): Draft {
  const only = question.candidates.length === 1 ? question.candidates[0] : undefined;
  const isAsked = question.kinds.some((kind) => !PRESENCE_STANDS.has(kind));
  const concept = only && !isAsked ? only.concept : null;
  return { concept, level: onlyLevel(only && !isAsked ? only : undefined), none: false, region: null };
}

function onlyLevel(candidate: Candidate | undefined): string | null {
  return candidate?.choices.length === 1 ? (candidate.choices[0] ?? null) : null;
}

export function mayBeNone(question: Question): boolean {
  return question.kinds.some((kind) => !PRESENCE_STANDS.has(kind));
}

export function asksRegion(question: Question): boolean {
  return question.kinds.includes("region");
}

export function chosen(question: Question, draft: Draft): Candidate | undefined {
  return question.candidates.find(({ concept }) => concept === draft.concept);
}

export function choose(question: Question, draft: Draft, concept: string): Draft {
  const candidate = question.candidates.find((one) => one.concept === concept);
  const keeps = candidate?.choices.includes(draft.level) ? draft.level : onlyLevel(candidate);
  return { ...draft, none: false, concept, level: keeps };
}

export function none(draft: Draft): Draft {
  return { ...draft, concept: null, level: null, none: true };
}

/** A digit chooses a candidate while none is chosen (or several are there), else a level. */
export function digit(question: Question, draft: Draft, place: number): Draft {
  const candidate = chosen(question, draft);
  if (candidate && candidate.choices.length > 1) {
    const level = candidate.choices[place - 1];
    return level === undefined ? draft : { ...draft, level };
  }
  const other = question.candidates[place - 1];
  return other ? choose(question, draft, other.concept) : draft;
}

export function shapesOf(question: Question, draft: Draft): readonly Shape[] {
  const shapes = chosen(question, draft)?.shapes ?? question.candidates[0]?.shapes ?? [];
  return shapes as readonly Shape[];
}

/** What is missing before it can be sent; null when nothing is. */
export function missing(question: Question, draft: Draft): string | null {
  if (draft.none) return null;
  const candidate = chosen(question, draft);
  if (!candidate) return mayBeNone(question) ? "Choose what it is, or none of them." : "Choose what it is.";
  if (!candidate.choices.includes(draft.level)) return "Choose its level.";
  if (asksRegion(question) && draft.region === null) return "Draw where it is.";
  return null;
}

export function body(draft: Draft, submission: string, active: number): Schemas["RereviewReply"] {
  return {
    submission_id: submission,
    decision: draft.none ? "none" : "chosen",
    concept: draft.none ? null : draft.concept,
    level: draft.none ? null : draft.level,
    region: draft.none ? null : (draft.region as Schemas["RereviewReply"]["region"]),
    note: "",
    active_ms: active,
  };
}

/** A box of a third of the picture in its middle: where drawing by keys begins. */
export const MIDDLE: Region = {
  shape: "box",
  points: [
    [0.33, 0.33],
    [0.67, 0.67],
  ],
};

/** The box moved, or its far corner moved, by a share of the picture; never out of it. */
export function nudged(region: Region, dx: number, dy: number, isSizing: boolean): Region {
  const clamp = (value: number) => Math.min(1, Math.max(0, Math.round(value * 1000) / 1000));
  const points = region.points.map(([x, y], place) =>
    isSizing && place === 0 ? ([x, y] as const) : ([clamp(x + dx), clamp(y + dy)] as const),
  );
  return { ...region, points } as Region;
}
