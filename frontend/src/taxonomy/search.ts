import type { DefectDocument, DimensionDocument } from "./types";

export interface Hit {
  defect: DefectDocument;
  dimension: DimensionDocument;
}

interface Entry extends Hit {
  code: string;
  names: string;
  rest: string;
}

export type Index = readonly Entry[];

/** Lower case, accents off: "Überlappung" is found by "uberlap". */
export function plain(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

export function indexOf(dimensions: readonly DimensionDocument[]): Index {
  return dimensions.flatMap((dimension) =>
    dimension.defects.map((defect) => ({
      defect,
      dimension,
      code: plain(`${defect.code} ${defect.id} ${defect.sub_defects.map((sub) => sub.code).join(" ")}`),
      names: plain(
        [
          defect.name,
          ...defect.aliases,
          ...defect.translations.map((one) => one.name),
          ...defect.sub_defects.flatMap((sub) => [sub.name, ...sub.translations.map((one) => one.name)]),
        ].join("\n"),
      ),
      rest: plain(
        [
          defect.definition,
          ...defect.translations.map((one) => one.definition ?? ""),
          ...defect.annotate_when,
          ...defect.do_not_annotate_when.map((one) => one.text),
          ...defect.levels.map((level) => level.rule ?? ""),
        ].join("\n"),
      ),
    })),
  );
}

/** Every word must be in the code, a name or the rules. Code hits first, then names, then rules; else file order. */
export function find(index: Index, query: string, dimension: string | null): Hit[] {
  const words = plain(query).split(/\s+/).filter(Boolean);
  const ranked = index.flatMap((entry) => {
    if (dimension && entry.dimension.id !== dimension) return [];
    const rank = rankOf(entry, words);
    return rank === null ? [] : [{ entry, rank }];
  });
  if (words.length > 0) ranked.sort((one, other) => one.rank - other.rank);
  return ranked.map(({ entry }) => entry);
}

function rankOf(entry: Entry, words: readonly string[]): number | null {
  let worst = 0;
  for (const word of words) {
    if (entry.code.split(" ").some((code) => code.startsWith(word))) continue;
    if (entry.names.includes(word)) worst = Math.max(worst, 1);
    else if (entry.rest.includes(word)) worst = Math.max(worst, 2);
    else return null;
  }
  return worst;
}
