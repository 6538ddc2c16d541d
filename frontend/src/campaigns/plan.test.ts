import { describe, expect, it } from "vitest";
import { burnUp, findingOf } from "./burnup";
import { imagesIn } from "./DashboardParts";
import { emptyDraft, imagesOf, oneStrokeProblem, planOf, withAnnotations } from "./plan";
import type { Counts } from "./types";

const COUNTS: Counts = {
  items: 10,
  complete: 2,
  settled: 1,
  withdrawn: 0,
  answers: 9,
  answers_needed: 20,
  late: 0,
  skipped: 0,
  escalated: 0,
  disputes: 0,
};

describe("a plan", () => {
  it("cannot be sent before a version is chosen", () => {
    expect(planOf(emptyDraft(new URLSearchParams()))).toBeNull();
  });

  it("takes the filter of the gallery's address", () => {
    const draft = emptyDraft(
      new URLSearchParams("generator=aurora&has_prompt=true&created_before=2026-11-20&withdrawn=true"),
    );
    expect(imagesOf(draft.filter)).toEqual({
      generator: ["aurora"],
      model_version: [],
      source_group: [],
      import_run: null,
      text: "",
      has_prompt: true,
      has_reference: null,
      created_after: null,
      created_before: "2026-11-21T00:00:00Z",
    });
    expect(draft.filter.withdrawn).toBe("");
  });

  it("follows the number of annotations with its rule until the lead chooses one", () => {
    const draft = emptyDraft(new URLSearchParams());
    expect(withAnnotations(draft, 3).rule).toBe("majority_of_3");
    expect(withAnnotations(draft, 1).rule).toBe("single");
    expect(withAnnotations({ ...draft, rule: "adjudication", isRuleChosen: true }, 3).rule).toBe(
      "adjudication",
    );
  });

  it("sends a sample only where one is wanted, and seconds for minutes", () => {
    const draft = { ...emptyDraft(new URLSearchParams()), version: "v", sample: 40, leaseMinutes: 2.5 };
    expect(planOf(draft)).toMatchObject({ sample: null, lease_seconds: 150 });
    expect(planOf({ ...draft, isSample: true })).toMatchObject({ sample: 40, seed: 1 });
  });
});

describe("one-stroke keys", () => {
  it("need different second letters and few defects", () => {
    expect(oneStrokeProblem([{ code: "AH" }, { code: "TG" }])).toBeNull();
    expect(oneStrokeProblem([{ code: "AH" }, { code: "TH" }])).toBe("AH and TH share the letter H.");
    expect(oneStrokeProblem("ABCDEFGHI".split("").map((letter) => ({ code: `X${letter}` })))).toContain(
      "At most 8",
    );
  });
});

describe("the burn-up", () => {
  it("has no gaps, starts before the first answer and ends at what there is", () => {
    const days = [
      { day: "2026-11-18", answers: 4 },
      { day: "2026-11-20", answers: 3 },
    ];
    expect(burnUp(COUNTS, days, "2026-11-21").map(({ x, y }) => [x, y])).toEqual([
      ["2026-11-17", 2],
      ["2026-11-18", 6],
      ["2026-11-19", 6],
      ["2026-11-20", 9],
      ["2026-11-21", 9],
    ]);
    expect(findingOf(COUNTS, days)).toBe("9 of 20 answers; 3 on the last day with answers.");
    expect(burnUp(COUNTS, [], "2026-11-21")).toEqual([]);
  });
});

it("says in words how the images were chosen", () => {
  expect(imagesIn({ filter: {}, sample: null, seed: 0, matching: 9, chosen: 9 })).toBe("all of the project");
  expect(imagesIn({ filter: { has_prompt: true }, sample: 5, seed: 3, matching: 20, chosen: 5 })).toBe(
    "random sample of 5 of 20, seed 3, filtered by has prompt",
  );
});
