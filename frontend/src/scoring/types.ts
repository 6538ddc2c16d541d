import type { components } from "../api/schema";

type Schemas = components["schemas"];

export type ProjectScoring = Schemas["ProjectScoringDocument"];
export type Metric = Schemas["MetricDocument"];
export type Distribution = Schemas["MetricDistribution"];
export type CampaignDetectors = Schemas["CampaignDetectorsDocument"];
export type AskedDefect = Schemas["AskedDefectDetectors"];
export type Detector = Schemas["DetectorDocument"];
export type Figure = Schemas["FigureDocument"];
export type Evaluation = Schemas["EvaluationDocument"];
export type ScoringJob = Schemas["ScoringJobDocument"];
export type Ranking = Schemas["RankingDocument"];
export type RankingList = Schemas["RankingListDocument"];
export type LatestRanking = Schemas["LatestRankingDocument"];
export type Place = Schemas["RankedPlace"];
export type Strategy = Ranking["strategy"];

export interface Wish {
  strategy: Strategy;
  random_share: number;
  seed: number | null;
}
