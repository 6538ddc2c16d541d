/** A small version and leases for the tests of this folder: builders, no behaviour. */
import { catalogue } from "./catalogue";
import type { Catalogue } from "./catalogue";
import type { Answer, CampaignInfo, Defect, ExclusionGroup, Lease, Scale } from "./types";

const level = (
  key: string,
  rank: number,
  action: "accept" | "retouch" | "regenerate" | "reject",
  hotkey = String(rank),
) => ({
  key,
  rank,
  hotkey,
  name: key,
  general_rule: `rule of ${key}`,
  action,
});

export const SCALES: readonly Scale[] = [
  {
    key: "std3",
    kind: "severity",
    name: "Three",
    allow_not_applicable: false,
    tie_break: null,
    end_words: null,
    levels: [level("minor", 1, "accept"), level("major", 2, "retouch"), level("critical", 3, "reject")],
  },
  {
    key: "flag",
    kind: "flag",
    name: "Flag",
    allow_not_applicable: false,
    tie_break: null,
    end_words: null,
    levels: [level("present", 1, "reject")],
  },
  {
    key: "five",
    kind: "rating",
    name: "Five",
    allow_not_applicable: true,
    tie_break: null,
    end_words: null,
    levels: [level("5", 1, "accept", "5"), level("3", 2, "retouch", "3"), level("1", 3, "reject", "1")],
  },
];

export function defect(code: string, change: Partial<Defect> = {}): Defect {
  return {
    id: code,
    code,
    name: `Defect ${code}`,
    aliases: [],
    translations: {},
    status: "active",
    definition: "",
    annotate_when: [],
    do_not_annotate_when: [],
    catch_all: false,
    comment_required: false,
    veto: false,
    not_ratable: false,
    context: [],
    scale: "std3",
    severity: {},
    scope: { kind: "image", shapes: [], required: false },
    requires: [],
    implies: [],
    related: [],
    sub_defects: [],
    examples: [],
    ...change,
  };
}

export const REGION = { kind: "region", shapes: ["box", "polygon"], required: true } as const;

interface BookOptions {
  defects?: readonly Defect[];
  groups?: readonly ExclusionGroup[];
  campaign?: Partial<CampaignInfo>;
}

export function book({ defects, groups = [], campaign = {} }: BookOptions = {}): Catalogue {
  const all = defects ?? [
    defect("AH", { scope: REGION }),
    defect("AF"),
    defect("TG"),
    defect("TO", { comment_required: true }),
  ];
  const letters = [...new Set(all.map(({ code }) => code.charAt(0)))];
  return catalogue({
    campaign: {
      id: "c",
      name: "Campaign",
      kind: "production",
      state: "open",
      region_policy: "taxonomy",
      asks_verdict: false,
      annotations_per_item: 2,
      lease_seconds: 600,
      one_stroke_keys: false,
      project: { id: "p", name: "Project" },
      ...campaign,
    },
    version: { taxonomy: "t", version: "1.0.0", content_hash: "h" },
    scales: SCALES,
    dimensions: letters.map((letter) => ({
      id: `dim-${letter}`,
      letter,
      name: `Dimension ${letter}`,
      definition: "",
      defects: all.filter(({ code }) => code.startsWith(letter)),
    })),
    exclusion_groups: groups,
    progress: { mine_answered: 0, items: 10, complete: 0 },
  });
}

export function lease(id: string, from: Catalogue, change: Partial<Lease> = {}): Lease {
  return {
    id,
    item: `item-${id}`,
    expires_at: "2030-01-01T00:00:00Z",
    position: null,
    revision: 0,
    image: {
      id: `image-${id}`,
      width: 100,
      height: 50,
      url: `/${id}`,
      thumbnail_url: `/${id}/t`,
      animated: false,
      media_type: "image/png",
    },
    prompt: `prompt of ${id}`,
    reference_url: null,
    brief: null,
    askable: [...from.defects.keys()],
    not_assessed: [],
    annotation: null,
    ...change,
  };
}

export const CLEAN: Answer = {
  outcome: "clean",
  findings: [],
  ratings: [],
  not_assessed: [],
  absence: "glance",
  verdict: null,
  note: "",
};
