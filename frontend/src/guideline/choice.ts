import type { DefectDocument, DimensionDocument, VersionDocument } from "../taxonomy/types";

/** What is printed: everything but these defects, in this language. */
export interface Choice {
  left: ReadonlySet<string>;
  language: string;
}

/** To begin with all that may still be annotated, in the language that the taxonomy was written in. */
export function firstChoice(document: VersionDocument): Choice {
  const gone = document.dimensions.flatMap((one) => one.defects).filter((one) => one.status !== "active");
  return { left: new Set(gone.map((one) => one.id)), language: document.default_language };
}

/** The dimensions with the defects that are printed; those with none are left out. */
export function chosen(document: VersionDocument, choice: Choice): DimensionDocument[] {
  return document.dimensions
    .map((one) => ({ ...one, defects: one.defects.filter((defect) => !choice.left.has(defect.id)) }))
    .filter((one) => one.defects.length > 0);
}

/** The same choice with these defects printed, or not. */
export function withDefects(choice: Choice, defects: readonly DefectDocument[], isPrinted: boolean): Choice {
  const left = new Set(choice.left);
  for (const one of defects) {
    if (isPrinted) left.delete(one.id);
    else left.add(one.id);
  }
  return { ...choice, left };
}

/** The language the taxonomy was written in first, then every one that something is translated to. */
export function languagesOf(document: VersionDocument): string[] {
  const found = new Set([document.default_language]);
  for (const dimension of document.dimensions) {
    for (const one of [dimension, ...dimension.defects]) {
      for (const translation of one.translations) found.add(translation.language);
    }
  }
  return [...found];
}

interface Translated {
  name: string;
  definition: string;
  translations: readonly { language: string; name: string; definition: string | null }[];
}

/** Name and definition in a language, each with the language it really is in. */
export function saidIn(
  concept: Translated,
  language: string,
  own: string,
): { name: string; nameIn: string; definition: string; definitionIn: string } {
  const found = concept.translations.find((one) => one.language === language);
  return {
    name: found?.name ?? concept.name,
    nameIn: found ? language : own,
    definition: found?.definition ?? concept.definition,
    definitionIn: found?.definition ? language : own,
  };
}
