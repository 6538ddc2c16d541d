import { filterFrom, queryOf, type ImageFilter } from "../images/filters";
import type { CampaignPlan, Defect, Version } from "./types";
import { ruleFor } from "./words";

/** What the form holds; numbers are null while their field is empty. */
export interface Draft {
  name: string;
  kind: string;
  instructions: string;
  version: string | null;
  defects: readonly string[];
  filter: ImageFilter;
  isSample: boolean;
  sample: number | null;
  seed: number | null;
  annotations: number | null;
  rule: string;
  /** False until the lead chooses a rule; until then it follows the number of annotations. */
  isRuleChosen: boolean;
  auditShare: number | null;
  regions: string;
  asksVerdict: boolean;
  leaseMinutes: number | null;
  isOneStroke: boolean;
  brief: string;
  brandGuide: string;
}

export const MANY_DEFECTS = 12;
export const MOST_ONE_STROKE = 8;

export function emptyDraft(search: URLSearchParams): Draft {
  return {
    name: "",
    kind: "production",
    instructions: "",
    version: null,
    defects: [],
    filter: { ...filterFrom(search), withdrawn: "" },
    isSample: false,
    sample: 200,
    seed: 1,
    annotations: 2,
    rule: ruleFor(2),
    isRuleChosen: false,
    auditShare: 0.05,
    regions: "taxonomy",
    asksVerdict: false,
    leaseMinutes: 15,
    isOneStroke: false,
    brief: "",
    brandGuide: "",
  };
}

export function withAnnotations(draft: Draft, annotations: number | null): Draft {
  const rule = draft.isRuleChosen || annotations === null ? draft.rule : ruleFor(annotations);
  return { ...draft, annotations, rule };
}

/** The images part of a plan; the gallery's one value per field becomes a list of one. */
export function imagesOf(filter: ImageFilter): CampaignPlan["images"] {
  const query = queryOf(filter);
  const list = (value: string) => (value === "" ? [] : [value]);
  const flag = (value: string) => (value === "" ? null : value === "true");
  return {
    generator: list(filter.generator),
    model_version: list(filter.model_version),
    source_group: list(filter.source_group),
    import_run: filter.import_run || null,
    text: filter.text.slice(0, 200),
    has_prompt: flag(filter.has_prompt),
    has_reference: flag(filter.has_reference),
    created_after: typeof query["created_after"] === "string" ? query["created_after"] || null : null,
    created_before: typeof query["created_before"] === "string" ? query["created_before"] || null : null,
  };
}

/** The plan as the server takes it, or null while no version is chosen. An unnamed plan can be forecast too. */
export function planOf(draft: Draft, name = draft.name.trim()): CampaignPlan | null {
  if (draft.version === null) return null;
  return {
    name,
    kind: draft.kind as CampaignPlan["kind"],
    instructions: draft.instructions,
    version: draft.version,
    defects: [...draft.defects],
    images: imagesOf(draft.filter),
    sample: draft.isSample ? draft.sample : null,
    seed: draft.seed ?? 0,
    annotations_per_item: draft.annotations ?? 1,
    audit_share: draft.auditShare ?? 0,
    region_policy: draft.regions as CampaignPlan["region_policy"],
    asks_verdict: draft.asksVerdict,
    one_stroke_keys: draft.isOneStroke,
    lease_seconds: Math.round((draft.leaseMinutes ?? 15) * 60),
    consensus_rule: draft.rule as CampaignPlan["consensus_rule"],
    context: { brief: draft.brief, brand_guide: draft.brandGuide },
  };
}

/** What can be asked: everything of the version that is not retired or a draft of it. */
export function activeDefects(version: Version): Defect[] {
  return version.dimensions.flatMap((dimension) =>
    dimension.defects.filter((defect) => defect.status === "active"),
  );
}

/** Why the second letters alone cannot be keys, or null where they can. The server decides the same. */
export function oneStrokeProblem(defects: readonly Pick<Defect, "code">[]): string | null {
  if (defects.length > MOST_ONE_STROKE)
    return `At most ${MOST_ONE_STROKE} defects; ${defects.length} are asked.`;
  const seen = new Map<string, string>();
  for (const { code } of defects) {
    const letter = code.charAt(1).toUpperCase();
    const other = seen.get(letter);
    if (other !== undefined) return `${other} and ${code} share the letter ${letter}.`;
    seen.set(letter, code);
  }
  return null;
}

export function matches(defect: Defect, wanted: string): boolean {
  const text = wanted.trim().toLowerCase();
  if (text === "") return true;
  const names = [defect.name, defect.code, defect.id, ...defect.aliases];
  return names.some((name) => name.toLowerCase().includes(text));
}
