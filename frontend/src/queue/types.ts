/** The documents the label route exchanges with the server, as the API states them. */
import type { Region } from "../canvas/geometry";

export type { Region };

export type Outcome = "clean" | "defects" | "unusable";
export type Confidence = "sure" | "unsure";
export type Absence = "glance" | "dimension_pass" | "question";
export type Verdict = "accept" | "retouch" | "regenerate" | "reject";
export const VERDICTS: readonly Verdict[] = ["accept", "retouch", "regenerate", "reject"];

export interface Finding {
  readonly defect: string;
  readonly sub_defect: string | null;
  readonly severity: string | null;
  readonly region: Region | null;
  readonly confidence: Confidence;
  readonly note: string;
}

export interface Rating {
  readonly defect: string;
  /** null = not applicable. */
  readonly level: string | null;
}

export interface Answer {
  readonly outcome: Outcome;
  readonly findings: readonly Finding[];
  readonly ratings: readonly Rating[];
  readonly not_assessed: readonly string[];
  readonly absence: Absence;
  readonly verdict: Verdict | null;
  readonly note: string;
}

export interface Submission {
  readonly submission_id: string;
  readonly base_revision: number;
  readonly answer: Answer;
  readonly active_ms: number;
}

export interface Receipt {
  readonly lease: string;
  readonly revision: number;
  readonly recorded_at: string;
  readonly late: boolean;
  readonly test: Readonly<Record<string, unknown>> | null;
}

export interface LeaseImage {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  readonly url: string;
  readonly thumbnail_url: string;
  readonly animated: boolean;
  readonly media_type: string;
}

export interface Lease {
  readonly id: string;
  readonly item: string;
  readonly expires_at: string;
  readonly position: number | null;
  readonly revision: number;
  readonly image: LeaseImage;
  readonly prompt: string | null;
  readonly negative_prompt?: string | null;
  readonly reference_url: string | null;
  readonly brief: string | null;
  readonly askable: readonly string[];
  readonly not_assessed: readonly { readonly defect: string; readonly reason: string }[];
  readonly annotation: Answer | null;
}

export type QueueState = "ready" | "busy" | "waiting" | "done";

export interface LeaseGrant {
  readonly leases: readonly Lease[];
  readonly state: QueueState;
  readonly retry_after: number | null;
  readonly reason: string | null;
}

export interface Level {
  readonly key: string;
  readonly rank: number;
  readonly hotkey: string;
  readonly name: string;
  readonly general_rule: string;
  readonly action: Verdict;
}

export interface Scale {
  readonly key: string;
  readonly kind: "severity" | "rating" | "flag";
  readonly name: string;
  readonly allow_not_applicable: boolean;
  readonly tie_break: string | null;
  readonly end_words: readonly (readonly string[])[] | null;
  readonly levels: readonly Level[];
}

export interface Criterion {
  readonly text: string;
  readonly use?: string | null;
}

export interface Example {
  readonly id: string;
  readonly kind: "positive" | "negative" | "borderline";
  readonly severity?: string | null;
  readonly verdict?: string | null;
  readonly caption: string;
  readonly url: string | null;
  readonly region: Region | null;
  readonly clean_counterpart_of?: string | null;
}

export interface SubDefect {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly definition: string;
}

export interface Defect {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly aliases: readonly string[];
  readonly translations: Readonly<Record<string, { readonly name?: string } | string>>;
  readonly status: string;
  readonly definition: string;
  readonly annotate_when: readonly Criterion[];
  readonly do_not_annotate_when: readonly Criterion[];
  readonly catch_all: boolean;
  readonly comment_required: boolean;
  readonly veto: boolean;
  readonly not_ratable: boolean;
  readonly context: readonly string[];
  readonly scale: string;
  readonly severity: Readonly<
    Record<
      string,
      { readonly rule: string; readonly penalty?: number | null; readonly action?: Verdict | null }
    >
  >;
  readonly scope: {
    readonly kind: "image" | "region";
    readonly shapes: readonly ("box" | "polygon" | "point")[];
    readonly required: boolean;
  };
  readonly requires: readonly string[];
  readonly implies: readonly string[];
  readonly related: readonly string[];
  readonly sub_defects: readonly SubDefect[];
  readonly examples: readonly Example[];
}

export interface Dimension {
  readonly id: string;
  readonly letter: string;
  readonly name: string;
  readonly definition: string;
  readonly defects: readonly Defect[];
}

export interface ExclusionGroup {
  readonly id: string;
  readonly name: string;
  readonly level: "per_image" | "per_region";
  readonly members: readonly string[];
}

export type RegionPolicy = "off" | "optional" | "required" | "taxonomy";

export interface CampaignInfo {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly state: string;
  readonly region_policy: RegionPolicy;
  readonly asks_verdict: boolean;
  readonly annotations_per_item: number;
  readonly lease_seconds: number;
  readonly one_stroke_keys: boolean;
  readonly project: { readonly id: string; readonly name: string };
}

export interface Workspace {
  readonly campaign: CampaignInfo;
  readonly version: { readonly taxonomy: string; readonly version: string; readonly content_hash: string };
  readonly scales: readonly Scale[];
  readonly dimensions: readonly Dimension[];
  readonly exclusion_groups: readonly ExclusionGroup[];
  readonly progress: { readonly mine_answered: number; readonly items: number; readonly complete: number };
}

export type SkipReason = "cannot_load" | "not_my_language" | "unsure" | "other" | "offensive";

export interface Violation {
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
}

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly violations?: readonly Violation[];
}
