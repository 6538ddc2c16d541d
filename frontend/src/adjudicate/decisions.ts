/** What the adjudicator has said so far of one Item, as a value; pure functions over it. */
import type { components } from "../api/schema";
import type { Defect, Scale } from "../queue/types";

export type DeskItem = components["schemas"]["DeskItem"];
export type DeskConcept = components["schemas"]["DeskConcept"];
export type Desk = components["schemas"]["Desk"];
export type DeskRow = components["schemas"]["DeskRow"];
export type Layer = components["schemas"]["Layer"];
export type ReasonCode = NonNullable<components["schemas"]["Adjudication"]["reason_code"]>;
export type Presence = "present" | "absent" | "not_assessed";

export interface Decision {
  readonly value: Presence;
  readonly level: string | null;
}

export interface Draft {
  readonly item: string;
  readonly decisions: Readonly<Record<string, Decision>>;
  /** The concept that keys act on. */
  readonly active: string | null;
  /** What is not decided by hand is absent: for escalations, where everything is asked at once. */
  readonly restAbsent: boolean;
  readonly reasonCode: ReasonCode | null;
  readonly reason: string;
}

export function defectOf(concept: DeskConcept): Defect {
  return concept.defect as Defect;
}

export function scaleOf(item: DeskItem, concept: DeskConcept): Scale | undefined {
  return (item.scales as readonly Scale[]).find((scale) => scale.key === defectOf(concept).scale);
}

export function toDecide(item: DeskItem): readonly DeskConcept[] {
  return item.concepts.filter((concept) => concept.to_decide);
}

export function newDraft(item: DeskItem): Draft {
  return {
    item: item.id,
    decisions: {},
    active: toDecide(item)[0]?.id ?? null,
    restAbsent: false,
    reasonCode: null,
    reason: "",
  };
}

/** Says present, absent or not assessed of a concept. Present takes the level that everybody gave who found it. */
export function decide(draft: Draft, item: DeskItem, concept: DeskConcept, value: Presence): Draft {
  const level =
    value === "present" ? (draft.decisions[concept.id]?.level ?? commonLevel(item, concept)) : null;
  return { ...draft, decisions: { ...draft.decisions, [concept.id]: { value, level } } };
}

export function setLevel(draft: Draft, concept: DeskConcept, level: string): Draft {
  return { ...draft, decisions: { ...draft.decisions, [concept.id]: { value: "present", level } } };
}

/** The only level of a flag, or the one that all who found it chose; null where they differ. */
export function commonLevel(item: DeskItem, concept: DeskConcept): string | null {
  const levels = scaleOf(item, concept)?.levels ?? [];
  const given = new Set(concept.given.flatMap((one) => (one.level === null ? [] : [one.level])));
  if (levels.length === 1) return levels[0]?.key ?? null;
  return given.size === 1 ? ([...given][0] ?? null) : null;
}

/** The level on a digit, or undefined. */
export function levelOnKey(item: DeskItem, concept: DeskConcept, digit: string): string | undefined {
  return scaleOf(item, concept)?.levels.find((level) => level.hotkey === digit)?.key;
}

/** The next undecided concept after the active one, or the neighbour in the given direction. */
export function moved(draft: Draft, item: DeskItem, step: 1 | -1): Draft {
  const open = toDecide(item);
  const at = open.findIndex((concept) => concept.id === draft.active);
  const next = open[Math.min(Math.max(at + step, 0), open.length - 1)];
  return next === undefined ? draft : { ...draft, active: next.id };
}

/** After a decision: on to the first concept that still waits, if there is one. */
export function advanced(draft: Draft, item: DeskItem): Draft {
  const next = toDecide(item).find((concept) => draft.decisions[concept.id] === undefined);
  return next === undefined || draft.restAbsent ? draft : { ...draft, active: next.id };
}

/** What still keeps it from being saved, in a sentence; null when it can be. */
export function missing(draft: Draft, item: DeskItem): string | null {
  for (const concept of toDecide(item)) {
    const said = draft.decisions[concept.id];
    const { name } = defectOf(concept);
    if (said === undefined && !draft.restAbsent) return `${name}: present (Y) or absent (N)?`;
    if (said?.value === "present" && said.level === null) return `${name}: which level?`;
  }
  if (item.dispute?.reason_needed && draft.reasonCode === null) return "Why did they differ?";
  return null;
}

export function adjudication(draft: Draft): components["schemas"]["Adjudication"] {
  return {
    decisions: Object.entries(draft.decisions).map(([concept, { value, level }]) => ({
      concept,
      value,
      level,
      region: null,
    })),
    rest: draft.restAbsent ? "absent" : null,
    reason_code: draft.reasonCode,
    reason: draft.reason,
  };
}

export const REASONS: readonly { code: ReasonCode; label: string; key: string }[] = [
  { code: "rule_unclear", label: "Definition unclear", key: "D" },
  { code: "oversight", label: "Oversight", key: "O" },
  { code: "borderline", label: "Borderline", key: "B" },
  { code: "taxonomy_gap", label: "Gap in the taxonomy", key: "G" },
];
