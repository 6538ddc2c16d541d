import type { components } from "../api/schema";

type Schemas = components["schemas"];

export type Campaign = Schemas["Campaign"];
export type Counts = Schemas["Counts"];
export type CampaignList = Schemas["CampaignList"];
export type CampaignPlan = Schemas["CampaignPlan"];
export type Extension = Schemas["CampaignExtension"];
export type Facets = Schemas["FacetsDocument"];
export type Forecast = Schemas["Forecast"];
export type PlanNote = Schemas["PlanNote"];
export type Progress = Schemas["Progress"];
export type AtWork = Schemas["AtWork"];
export type TaxonomyList = Schemas["TaxonomyList"];
export type Version = Schemas["VersionDocument"];
export type Defect = Schemas["DefectDocument"];
export type Dimension = Schemas["DimensionDocument"];
