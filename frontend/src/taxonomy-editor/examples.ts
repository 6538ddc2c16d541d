import type { HeldExample, HeldRegion } from "./held";

export type Kind = "positive" | "negative" | "borderline";

/** An example with its place in the list of its defect. */
export interface Slot {
  place: number;
  example: HeldExample;
}
export interface Pair {
  positive: Slot;
  partners: Slot[];
}
export interface Arranged {
  levels: { level: string; pairs: Pair[] }[];
  /** Negatives that are the clean side of no positive. */
  alone: Slot[];
  borderline: Slot[];
}

/** Positives by level with their clean counterparts beside them, the other negatives, the borderline cases. */
export function arranged(examples: readonly HeldExample[], levels: readonly string[]): Arranged {
  const slots = examples.map((example, place) => ({ place, example }));
  const positives = slots.filter(({ example }) => example.kind === "positive");
  const ids = new Set(positives.map(({ example }) => example.id).filter(Boolean));
  const isPartner = ({ example }: Slot, id: string | undefined) =>
    id !== undefined && example.kind === "negative" && example.clean_counterpart_of === id;
  const known = [...levels, ...positives.map(({ example }) => example.severity ?? "")];
  return {
    levels: [...new Set(known)].map((level) => ({
      level,
      pairs: positives
        .filter(({ example }) => (example.severity ?? "") === level)
        .map((positive) => ({
          positive,
          partners: slots.filter((one) => isPartner(one, positive.example.id)),
        })),
    })),
    alone: slots.filter(
      ({ example }) => example.kind === "negative" && !ids.has(example.clean_counterpart_of),
    ),
    borderline: slots.filter(({ example }) => example.kind === "borderline"),
  };
}

export function freshExample(kind: Kind, level: string | undefined): HeldExample {
  if (kind === "positive") return { kind, ...(level && { severity: level }), caption: "" };
  return kind === "negative" ? { kind, caption: "" } : { kind, verdict: "do_not_annotate", caption: "" };
}

function freeId(examples: readonly HeldExample[], kind: string): string {
  const taken = new Set(examples.map((one) => one.id));
  for (let number = 1; ; number += 1) {
    if (!taken.has(`${kind}-${number}`)) return `${kind}-${number}`;
  }
}

/** The list with a clean counterpart more, right after the positive that it belongs to. */
export function withCounterpart(examples: readonly HeldExample[], place: number): HeldExample[] {
  const positive = examples[place];
  if (!positive) return [...examples];
  const id = positive.id ?? freeId(examples, "positive");
  const clean = { ...freshExample("negative", undefined), clean_counterpart_of: id };
  return [...examples.slice(0, place), { ...positive, id }, clean, ...examples.slice(place + 1)];
}

/** Makes a negative the clean side of the positive at `of`, or of none. */
export function pairedWith(
  examples: readonly HeldExample[],
  place: number,
  of: number | null,
): HeldExample[] {
  const positive = of === null ? undefined : examples[of];
  const id = positive && (positive.id ?? freeId(examples, "positive"));
  return examples.map((one, n) => {
    if (n === of && id) return { ...one, id };
    if (n !== place) return one;
    const { clean_counterpart_of: _, ...rest } = one;
    return id ? { ...rest, clean_counterpart_of: id } : rest;
  });
}

/** The list without one example; what was its clean side stands alone. */
export function withoutExample(examples: readonly HeldExample[], place: number): HeldExample[] {
  const gone = examples[place]?.id;
  return examples
    .filter((_, n) => n !== place)
    .map((one) => {
      if (!gone || one.clean_counterpart_of !== gone) return one;
      const { clean_counterpart_of: _, ...rest } = one;
      return rest;
    });
}

/** The place of the next example of the same sort, upwards (-1) or downwards (1); null at the end. */
export function neighbour(examples: readonly HeldExample[], place: number, step: -1 | 1): number | null {
  const own = examples[place];
  if (!own) return null;
  for (let n = place + step; n >= 0 && n < examples.length; n += step) {
    const other = examples[n];
    if (other && other.kind === own.kind && other.severity === own.severity) return n;
  }
  return null;
}

/** Two examples change places. */
export function swapped(examples: readonly HeldExample[], one: number, other: number): HeldExample[] {
  const [first, second] = [examples[one], examples[other]];
  if (!first || !second) return [...examples];
  return examples.map((example, n) => (n === one ? second : n === other ? first : example));
}

/** What is known of a picture that somebody chose; gold also says what it shows. */
export interface Chosen {
  sha256: string;
  source: string | null;
  level?: string | null;
  region?: HeldRegion | null;
  caption?: string;
}

/** The example with another picture. Its old region goes, a caption that is written stays. */
export function withPicture(example: HeldExample, chosen: Chosen): HeldExample {
  const { region: _r, asset: _a, source_item: _s, ...rest } = example;
  const level = example.kind === "positive" ? chosen.level : null;
  return {
    ...rest,
    ...(level && { severity: level }),
    caption: rest.caption.trim() ? rest.caption : (chosen.caption ?? ""),
    asset_sha256: chosen.sha256,
    ...(chosen.source && { source_item: chosen.source }),
    ...(chosen.region && example.kind !== "negative" && { region: chosen.region }),
  };
}

/** The example with a region, or with none. */
export function withRegion(example: HeldExample, region: HeldRegion | null): HeldExample {
  const { region: _, ...rest } = example;
  return region ? { ...rest, region } : rest;
}

/** A region as the server gave it, when it is one; numbers cut to what a file needs. */
export function regionFrom(value: unknown): HeldRegion | null {
  if (typeof value !== "object" || value === null) return null;
  const { shape, points } = value as { shape?: unknown; points?: unknown };
  if (shape !== "box" && shape !== "polygon" && shape !== "point") return null;
  if (!Array.isArray(points)) return null;
  return { shape, points: points.map(([x, y]: [number, number]) => [rounded(x), rounded(y)]) };
}

function rounded(value: number): number {
  return Math.min(1, Math.max(0, Math.round(value * 10_000) / 10_000));
}
