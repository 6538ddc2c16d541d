import type { components } from "../api/schema";

type Schemas = components["schemas"];
export type TaxonomyDocument = Schemas["TaxonomyDocument"];
export type TaxonomyList = Schemas["TaxonomyList"];
export type TaxonomyImported = Schemas["TaxonomyImported"];
export type VersionFacts = Schemas["TaxonomyVersionFacts"];
export type VersionDocument = Schemas["VersionDocument"];
export type DimensionDocument = Schemas["DimensionDocument"];
export type DefectDocument = Schemas["DefectDocument"];
export type DefectLevel = Schemas["DefectLevel"];
export type DefectExample = Schemas["DefectExample"];
export type DefectPageDocument = Schemas["DefectPage"];
export type Reference = Schemas["TaxonomyReference"];
export type Scale = Schemas["TaxonomyScale"];
export type Kpi = Schemas["TaxonomyKpi"];
export type Quality = Schemas["TaxonomyQuality"];
export type Group = Schemas["TaxonomyGroup"];
export type TaxonomyDiff = Schemas["TaxonomyDiff"];
export type Change = Schemas["TaxonomyChange"];

export function versionPath(slug: string, number: string): string {
  return `/taxonomies/${encodeURIComponent(slug)}/${encodeURIComponent(number)}`;
}

export function defectPath(slug: string, number: string, concept: string): string {
  return `${versionPath(slug, number)}/defects/${encodeURIComponent(concept)}`;
}

export function guidelinePath(slug: string, number: string): string {
  return `${versionPath(slug, number)}/guideline`;
}

export function diffPath(slug: string, from: string, to: string): string {
  return `/taxonomies/${encodeURIComponent(slug)}/diff?from=${encodeURIComponent(from)}&to=${encodeURIComponent(to)}`;
}

export function draftPath(slug: string): string {
  return `/taxonomies/${encodeURIComponent(slug)}/draft`;
}
