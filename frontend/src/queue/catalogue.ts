/** The version a campaign is pinned to, indexed for the questions the workspace asks at every key. */
import type {
  Defect,
  Dimension,
  ExclusionGroup,
  Lease,
  Level,
  Scale,
  SubDefect,
  Verdict,
  Workspace,
} from "./types";
import { VERDICTS } from "./types";

export interface Catalogue {
  readonly workspace: Workspace;
  readonly dimensions: ReadonlyMap<string, Dimension>;
  readonly defects: ReadonlyMap<string, Defect>;
  readonly byCode: ReadonlyMap<string, Defect>;
  readonly dimensionOf: ReadonlyMap<string, Dimension>;
  readonly scales: ReadonlyMap<string, Scale>;
  readonly groupsOf: ReadonlyMap<string, readonly ExclusionGroup[]>;
}

export function catalogue(workspace: Workspace): Catalogue {
  const defects = new Map<string, Defect>();
  const byCode = new Map<string, Defect>();
  const dimensionOf = new Map<string, Dimension>();
  const dimensions = new Map<string, Dimension>();
  for (const dimension of workspace.dimensions) {
    dimensions.set(dimension.letter.toUpperCase(), dimension);
    for (const defect of dimension.defects) {
      defects.set(defect.id, defect);
      byCode.set(defect.code.toUpperCase(), defect);
      dimensionOf.set(defect.id, dimension);
    }
  }
  const groupsOf = new Map<string, ExclusionGroup[]>();
  for (const group of workspace.exclusion_groups) {
    for (const member of group.members) groupsOf.set(member, [...(groupsOf.get(member) ?? []), group]);
  }
  const scales = new Map(workspace.scales.map((scale) => [scale.key, scale]));
  return { workspace, dimensions, defects, byCode, dimensionOf, scales, groupsOf };
}

export function scaleOf(book: Catalogue, defect: Defect): Scale | undefined {
  return book.scales.get(defect.scale);
}

export function isRating(book: Catalogue, defect: Defect): boolean {
  return scaleOf(book, defect)?.kind === "rating";
}

export function levelOf(book: Catalogue, defect: Defect, key: string | null): Level | undefined {
  return key === null ? undefined : scaleOf(book, defect)?.levels.find((level) => level.key === key);
}

export function levelByDigit(book: Catalogue, defect: Defect, digit: string): Level | undefined {
  return scaleOf(book, defect)?.levels.find((level) => level.hotkey === digit);
}

/** Levels in the order of their keys on the keyboard. */
export function levelsByKey(scale: Scale): readonly Level[] {
  return [...scale.levels].sort((a, b) => a.hotkey.localeCompare(b.hotkey));
}

/** What a level means for this defect: its own anchor, else the scale's rule, which catch-alls only point at. */
export function anchorOf(defect: Defect, level: Level): string {
  const own = defect.severity[level.key]?.rule ?? "";
  return own === "" || /^general rule of the scale\.?$/i.test(own) ? level.general_rule : own;
}

export function subDefectOf(defect: Defect, id: string | null): SubDefect | undefined {
  return id === null ? undefined : defect.sub_defects.find((sub) => sub.id === id);
}

/** What a finding of this defect at this level does to the image: the defect's own action, else the scale's. */
export function actionOf(book: Catalogue, defect: Defect, level: string): Verdict | undefined {
  return defect.severity[level]?.action ?? levelOf(book, defect, level)?.action;
}

export function worst(actions: readonly (Verdict | undefined)[]): Verdict {
  return actions.reduce<Verdict>((bad, next) => {
    return next !== undefined && VERDICTS.indexOf(next) > VERDICTS.indexOf(bad) ? next : bad;
  }, "accept");
}

/** The second letters, where a small campaign may use them alone: unique among the defects asked and free of ambiguity. */
export function oneStrokeKeys(book: Catalogue): ReadonlyMap<string, Defect> {
  const keys = new Map<string, Defect>();
  if (!book.workspace.campaign.one_stroke_keys) return keys;
  const doubled = new Set<string>();
  for (const defect of book.defects.values()) {
    const letter = defect.code.charAt(1).toUpperCase();
    if (keys.has(letter)) doubled.add(letter);
    keys.set(letter, defect);
  }
  for (const letter of doubled) keys.delete(letter);
  return keys;
}

export function isAskable(lease: Lease, defect: string): boolean {
  return lease.askable.includes(defect);
}

export function whyNotAsked(lease: Lease, defect: string): string {
  const entry = lease.not_assessed.find((missing) => missing.defect === defect);
  return entry?.reason ?? "not asked in this campaign";
}

/** Dimensions that have something to answer on this image, in the order of the version. */
export function openDimensions(book: Catalogue, lease: Lease): readonly Dimension[] {
  return book.workspace.dimensions.filter((dimension) =>
    dimension.defects.some(({ id }) => isAskable(lease, id)),
  );
}

function translatedNames(defect: Defect): readonly string[] {
  return Object.values(defect.translations).map((entry) =>
    typeof entry === "string" ? entry : (entry.name ?? ""),
  );
}

const plain = (text: string): string =>
  text
    .normalize("NFD")
    .replace(/\p{Diacritic}/gu, "")
    .toLowerCase();

/**
 * Defects whose code, name, alias, translation or definition holds every word of the query; best first: code, start of
 * the name, name, alias, rest. An empty query gives all in the order of the version.
 */
export function searchDefects(book: Catalogue, query: string): readonly Defect[] {
  const all = [...book.defects.values()];
  const words = plain(query).split(/\s+/).filter(Boolean);
  if (words.length === 0) return all;
  const whole = words.join(" ");
  const scored = all.flatMap((defect) => {
    const name = plain(defect.name);
    const others = plain([...defect.aliases, ...translatedNames(defect)].join(" | "));
    const text = `${plain(defect.code)} ${name} ${others} ${plain(defect.definition)}`;
    if (!words.every((word) => text.includes(word))) return [];
    const score =
      plain(defect.code) === whole
        ? 0
        : name.startsWith(whole)
          ? 1
          : name.includes(whole)
            ? 2
            : others.includes(whole)
              ? 3
              : 4;
    return [{ defect, score }];
  });
  return scored.sort((a, b) => a.score - b.score).map(({ defect }) => defect);
}

/** The name of a defect for a `use` pointer; an id the version does not ask is shown as such. */
export function nameOf(book: Catalogue, id: string): string {
  const defect = book.defects.get(id);
  return defect === undefined ? "a defect that is not asked here" : `${spaced(defect.code)} ${defect.name}`;
}

/** "AH" as it is typed: "A H". */
export function spaced(code: string): string {
  return [...code].join(" ");
}
