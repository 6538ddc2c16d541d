import type { components } from "../api/schema";

type Schemas = components["schemas"];
export type TaxonomyDraft = Schemas["TaxonomyDraft"];
export type DraftChanges = Schemas["DraftChanges"];
export type DraftChange = Schemas["DraftChange"];
export type DraftProposal = Schemas["DraftProposal"];
export type DraftImpact = Schemas["DraftImpact"];
export type LintResult = Schemas["DraftLintResult"];
export type Operation = Record<string, unknown>;

/** A taxonomy file as far as the editor reads it; whatever else it holds stays as it is. */
export interface FileDocument {
  taxonomy: { version: string; title: string; slug: string; id_prefix: string };
  severity_scales: FileScale[];
  dimensions: FileDimension[];
  retired_concepts?: FileRetired[];
  exclusion_groups?: { id: string; members: string[] }[];
}
export interface FileScale {
  id: string;
  name: string;
  levels: { key: string; name: string; action: string; general_rule: string }[];
}
export interface FileDimension {
  id: string;
  code: string;
  name: string;
  definition: string;
  defects: FileDefect[];
}
export interface FileLevel {
  rule: string;
  penalty: number;
  action?: string;
}
export interface FileDefect {
  id: string;
  code: string;
  name: string;
  status: string;
  since: string;
  definition: string;
  annotate_when: string[];
  do_not_annotate_when: { text: string; use?: string }[];
  catch_all?: boolean;
  scale: string;
  severity: Record<string, FileLevel>;
  scope: { level: string; shapes?: string[]; required?: boolean };
  context?: string[];
  relations?: { type: string; target: string; note?: string }[];
  aliases?: string[];
  derived_from?: string[];
  deprecation?: { in: string; reason: string; replaced_by?: string[]; consider?: string[] };
  sub_defects?: { id: string; code: string; name: string }[];
  examples: FileExample[];
}
export interface FileExample {
  kind: string;
  caption: string;
  severity?: string;
  verdict?: string;
}
interface FileRetired {
  id: string;
  code: string;
  name: string;
  retired_in: string;
  reason: string;
  replaced_by?: string[];
  consider?: string[];
}

/** What is undone together: the tree and the operations that explain it. */
export interface Work {
  document: FileDocument;
  operations: readonly Operation[];
}

export function defectsOf(document: FileDocument): FileDefect[] {
  return document.dimensions.flatMap((dimension) => dimension.defects);
}

export function findDefect(document: FileDocument, id: string): FileDefect | undefined {
  return defectsOf(document).find((defect) => defect.id === id);
}

export function dimensionOf(document: FileDocument, id: string): FileDimension | undefined {
  return document.dimensions.find((dimension) => dimension.defects.some((defect) => defect.id === id));
}

/** Replaces one defect by what `change` makes of it. */
export function withDefect(
  document: FileDocument,
  id: string,
  change: (defect: FileDefect) => FileDefect,
): FileDocument {
  return {
    ...document,
    dimensions: document.dimensions.map((dimension) => ({
      ...dimension,
      defects: dimension.defects.map((defect) => (defect.id === id ? change(defect) : defect)),
    })),
  };
}

/** Why a code cannot be this defect's; null when it can. `used` holds every code ever published. */
export function codeClash(
  document: FileDocument,
  id: string,
  code: string,
  used: Record<string, string>,
): string | null {
  const dimension = dimensionOf(document, id);
  if (!/^[A-Z]{2}$/.test(code)) return "Two capital letters.";
  if (dimension && code[0] !== dimension.code) return `It begins with ${dimension.code}, its dimension.`;
  const other = defectsOf(document).find((defect) => defect.code === code && defect.id !== id);
  if (other) return `${code} is ${other.name}.`;
  const holder = used[code];
  return holder && holder !== id ? `${code} belonged to ${holder} and is never given again.` : null;
}

/** The first code of a dimension that nobody has or ever had. */
export function freeCode(
  document: FileDocument,
  letter: string,
  used: Record<string, string>,
  own = "",
): string {
  const taken = new Set([...defectsOf(document).map((one) => one.code), ...retiredCodes(document)]);
  const letters = [..."ABCDEFGHIJKLMNPQRSTUVWXYZ"];
  const fits = (code: string) => !taken.has(code) && (used[code] ?? own) === own;
  return letters.map((one) => letter + one).find(fits) ?? `${letter}Z`;
}

function retiredCodes(document: FileDocument): string[] {
  return (document.retired_concepts ?? []).map((one) => one.code);
}

/** The next id that nobody ever had. */
export function nextId(document: FileDocument, last: number, ahead = 1): string {
  const numbers = [...JSON.stringify(document).matchAll(/"[A-Z]{2,5}-(\d{4})"/g)].map((one) =>
    Number(one[1]),
  );
  const highest = Math.max(last, ...numbers);
  return `${document.taxonomy.id_prefix}-${String(highest + ahead).padStart(4, "0")}`;
}

/** A new defect as a copy of the frame of `like`, its texts to be written. */
function freshDefect(
  document: FileDocument,
  like: FileDefect,
  id: string,
  code: string,
  name: string,
): FileDefect {
  const text = "To be written: what is seen, where, and how it differs from its neighbours.";
  return {
    id,
    code,
    name,
    status: "active",
    since: document.taxonomy.version,
    definition: text,
    annotate_when: [text],
    do_not_annotate_when: [{ text }],
    scale: like.scale,
    severity: like.severity,
    scope: like.scope,
    ...(like.context && { context: like.context }),
    examples: [],
    ...("quality" in like && { quality: (like as { quality: unknown }).quality }),
  } as FileDefect;
}

function inserted(defects: readonly FileDefect[], ...fresh: FileDefect[]): FileDefect[] {
  const others = defects.findIndex((defect) => defect.catch_all);
  const at = others < 0 ? defects.length : others;
  return [...defects.slice(0, at), ...fresh, ...defects.slice(at)];
}

export interface Known {
  last: number;
  used: Record<string, string>;
}

/** A defect more, before the catch-all of its dimension. `carved` are defects that covered it until now. */
export function addDefect(
  work: Work,
  known: Known,
  given: { dimension: string; name: string; why: string; carved: string | null },
): Work & { id: string } {
  const { document } = work;
  const home = document.dimensions.find((one) => one.id === given.dimension);
  const like = home?.defects.find((one) => one.catch_all) ?? home?.defects[0];
  if (!home || !like) throw new Error("This dimension has no defect to take the frame from.");
  const id = nextId(document, known.last);
  const fresh = freshDefect(document, like, id, freeCode(document, home.code, known.used), given.name);
  const carved = given.carved ? { carved_from: [given.carved] } : {};
  if (given.carved) fresh.derived_from = [given.carved];
  return {
    id,
    document: withDimension(document, home.id, (one) => ({ ...one, defects: inserted(one.defects, fresh) })),
    operations: [
      ...work.operations,
      { op: "add", concept: id, parent: home.id, ...carved, why: given.why },
    ].map(withoutId),
  };
}

function withDimension(
  document: FileDocument,
  id: string,
  change: (dimension: FileDimension) => FileDimension,
): FileDocument {
  return { ...document, dimensions: document.dimensions.map((one) => (one.id === id ? change(one) : one)) };
}

/** Ids of operations are the server's: it numbers them anew when they are declared. */
function withoutId(operation: Operation): Operation {
  const { id: _, ...rest } = operation;
  return rest;
}

/** Puts a defect into another dimension (with a free code of it) or to another place of its own. */
export function moveDefect(
  document: FileDocument,
  id: string,
  to: { dimension: string; before: string | null },
  known: Known,
): FileDocument {
  const defect = findDefect(document, id);
  const home = dimensionOf(document, id);
  const target = document.dimensions.find((one) => one.id === to.dimension);
  if (!defect || !home || !target || defect.catch_all || to.before === id) return document;
  const code = home.id === target.id ? defect.code : freeCode(document, target.code, known.used, id);
  const moved: FileDefect = {
    ...defect,
    code,
    ...(defect.sub_defects && {
      sub_defects: defect.sub_defects.map((sub) => ({ ...sub, code: code + sub.code.slice(2) })),
    }),
  };
  const without = {
    ...document,
    dimensions: document.dimensions.map((one) => ({
      ...one,
      defects: one.defects.filter((other) => other.id !== id),
    })),
  };
  return withDimension(without, target.id, (one) => {
    const at = to.before ? one.defects.findIndex((other) => other.id === to.before) : -1;
    return at < 0
      ? { ...one, defects: inserted(one.defects, moved) }
      : { ...one, defects: [...one.defects.slice(0, at), moved, ...one.defects.slice(at)] };
  });
}

/** Old findings stay readable, new ones are not made; `consider` is what to look at instead. */
export function deprecate(work: Work, id: string, given: { why: string; consider: string | null }): Work {
  const consider = given.consider ? { consider: [given.consider] } : {};
  const said = { in: work.document.taxonomy.version, reason: given.why, ...consider };
  return {
    document: withDefect(work.document, id, (one) => ({ ...one, status: "deprecated", deprecation: said })),
    operations: [...work.operations, { op: "deprecate", concept: id, ...consider, why: given.why }].map(
      withoutId,
    ),
  };
}

/** Ends a defect: a tombstone keeps its id and code, and nothing points to it any more. */
function ended(
  document: FileDocument,
  id: string,
  reason: string,
  follow: { replaced_by?: string[]; consider?: string[] },
): FileDocument {
  const defect = findDefect(document, id);
  if (!defect) return document;
  const instead = follow.replaced_by?.[0] ?? null;
  const tombstone = {
    id,
    code: defect.code,
    name: defect.name,
    retired_in: document.taxonomy.version,
    reason,
    ...follow,
  };
  const dimensions = document.dimensions.map((dimension) => ({
    ...dimension,
    defects: dimension.defects.filter((one) => one.id !== id).map((one) => pointedOn(one, id, instead)),
  }));
  const groups = (document.exclusion_groups ?? [])
    .map((group) => ({ ...group, members: group.members.filter((one) => one !== id) }))
    .filter((group) => group.members.length > 1);
  const { exclusion_groups: _, ...rest } = document;
  return {
    ...rest,
    ...(groups.length > 0 && { exclusion_groups: groups }),
    dimensions,
    retired_concepts: [...(document.retired_concepts ?? []), tombstone],
  };
}

function pointedOn(defect: FileDefect, gone: string, instead: string | null): FileDefect {
  const to = instead === defect.id ? null : instead;
  const cases = defect.do_not_annotate_when.map((one) =>
    one.use === gone ? (to ? { ...one, use: to } : { text: one.text }) : one,
  );
  const relations = (defect.relations ?? [])
    .map((one) => (one.target === gone && to ? { ...one, target: to } : one))
    .filter((one) => one.target !== gone);
  const { relations: _, ...rest } = defect;
  return { ...rest, do_not_annotate_when: cases, ...(relations.length > 0 && { relations }) };
}

/** Findings of `id` become findings of `into`. */
export function merge(work: Work, id: string, given: { into: string; why: string }): Work {
  return {
    document: ended(work.document, id, "merged", { replaced_by: [given.into] }),
    operations: [
      ...work.operations,
      { op: "merge", concepts: [id, given.into], into: given.into, why: given.why },
    ].map(withoutId),
  };
}

/** People choose for each finding which of two new defects it is. */
export function split(
  work: Work,
  known: Known,
  id: string,
  given: { names: [string, string]; why: string },
): Work {
  const { document } = work;
  const defect = findDefect(document, id);
  const home = dimensionOf(document, id);
  if (!defect || !home) return work;
  const first = nextId(document, known.last);
  const second = nextId(document, known.last, 2);
  const codeOne = freeCode(document, home.code, known.used);
  const parts = [
    { ...freshDefect(document, defect, first, codeOne, given.names[0]), derived_from: [id] },
    {
      ...freshDefect(
        document,
        defect,
        second,
        freeCode(document, home.code, { ...known.used, [codeOne]: first }),
        given.names[1],
      ),
      derived_from: [id],
    },
  ];
  const grown = withDimension(document, home.id, (one) => ({
    ...one,
    defects: inserted(one.defects, ...parts),
  }));
  return {
    document: ended(grown, id, "split", { consider: [first, second] }),
    operations: [...work.operations, { op: "split", concept: id, into: [first, second], why: given.why }].map(
      withoutId,
    ),
  };
}

/** Findings of it are archived. */
export function remove(work: Work, id: string, why: string): Work {
  return {
    document: ended(work.document, id, "removed", {}),
    operations: [...work.operations, { op: "remove", concept: id, why }].map(withoutId),
  };
}
