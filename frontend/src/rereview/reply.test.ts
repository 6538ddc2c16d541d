import { describe, expect, it } from "vitest";
import { body, choose, digit, MIDDLE, missing, newDraft, none, nudged, type Question } from "./reply";

function question(kinds: string[], candidates: { concept: string; choices: (string | null)[] }[]): Question {
  const rule = { code: "AX", name: "Part", definition: "", annotate_when: [], do_not_annotate_when: [] };
  return {
    kinds,
    candidates: candidates.map((one) => ({ ...rule, levels: [], shapes: ["box"], examples: [], ...one })),
  } as unknown as Question;
}

describe("a reply to a question", () => {
  const split = question(
    ["concept"],
    [
      { concept: "A", choices: ["minor"] },
      { concept: "B", choices: ["minor", "major"] },
    ],
  );

  it("begins empty where presence is in question, and chosen where it stands", () => {
    expect(newDraft(split).concept).toBeNull();
    const level = question(["severity"], [{ concept: "A", choices: ["s1", "s2"] }]);
    expect(newDraft(level)).toMatchObject({ concept: "A", level: null });
    expect(missing(level, newDraft(level))).toBe("Choose its level.");
  });

  it("takes a digit for a candidate first and then for its level", () => {
    const second = digit(split, newDraft(split), 2);
    expect(second).toMatchObject({ concept: "B", level: null });
    expect(digit(split, second, 2)).toMatchObject({ concept: "B", level: "major" });
    expect(digit(split, newDraft(split), 9)).toEqual(newDraft(split));
    expect(digit(split, newDraft(split), 1)).toMatchObject({ concept: "A", level: "minor" });
  });

  it("says none of them without a concept, and can be taken back", () => {
    const said = none(choose(split, newDraft(split), "B"));
    expect(missing(split, said)).toBeNull();
    expect(body(said, "id", 5)).toMatchObject({ decision: "none", concept: null, level: null, region: null });
    expect(choose(split, said, "A").none).toBe(false);
  });

  it("needs a region where one is asked", () => {
    const region = question(["region"], [{ concept: "A", choices: ["minor"] }]);
    expect(missing(region, newDraft(region))).toBe("Draw where it is.");
    expect(missing(region, { ...newDraft(region), region: MIDDLE })).toBeNull();
  });

  it("moves and sizes a box inside the picture only", () => {
    expect(nudged(MIDDLE, 0.9, 0, false).points).toEqual([
      [1, 0.33],
      [1, 0.67],
    ]);
    expect(nudged(MIDDLE, 0.1, 0.1, true).points).toEqual([
      [0.33, 0.33],
      [0.77, 0.77],
    ]);
  });
});
