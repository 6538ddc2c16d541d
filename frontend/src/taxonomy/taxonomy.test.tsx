import { render, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { rowsOf } from "./Examples";
import { Text } from "./Named";
import { find, indexOf } from "./search";
import type { DefectDocument, DefectExample, DimensionDocument } from "./types";
import { visible } from "./visible";
import { textOf, wordDiff } from "./words";

function defect(code: string, name: string, more: Partial<DefectDocument> = {}): DefectDocument {
  return {
    id: `AID-${code}`,
    code,
    name,
    status: "active",
    since: "1.0.0",
    meaning_since: "1.0.0",
    deprecation: null,
    derived_from: [],
    aliases: [],
    translations: [],
    definition: "",
    annotate_when: [],
    do_not_annotate_when: [],
    catch_all: false,
    comment_required: false,
    veto: false,
    not_ratable: false,
    route: null,
    context: [],
    scope: { level: "image", shapes: [], required: false },
    scale: "std3",
    levels: [],
    relations: [],
    quality: { id: "q", name: "Quality", iso25010_analogue: "", note: null },
    kpis: [],
    causes: [],
    sub_defects: [],
    examples: [],
    ...more,
  };
}

function dimension(code: string, defects: DefectDocument[]): DimensionDocument {
  return {
    id: `AID-${code}`,
    code,
    name: code,
    colour: null,
    definition: "",
    status: "active",
    translations: [],
    defects,
  };
}

const dimensions = [
  dimension("A", [
    defect("AH", "Hand malformation", { aliases: ["extra fingers"] }),
    defect("AF", "Face", { definition: "A hand does not count here." }),
  ]),
  dimension("S", [
    defect("SS", "Shadow", {
      translations: [{ language: "de", name: "Fehlerhafter Schlagschatten", definition: null }],
    }),
  ]),
];

describe("the search of a version", () => {
  const names = (query: string, only: string | null = null) =>
    find(indexOf(dimensions), query, only).map((hit) => hit.defect.code);

  it("finds by code, name, alias, translation and rule, names before rules", () => {
    expect(names("ah")).toEqual(["AH"]);
    expect(names("hand")).toEqual(["AH", "AF"]);
    expect(names("FINGERS extra")).toEqual(["AH"]);
    expect(names("schlagschätten")).toEqual(["SS"]);
    expect(names("nothing like this")).toEqual([]);
  });

  it("keeps the order of the file and the dimension that was chosen", () => {
    expect(names("")).toEqual(["AH", "AF", "SS"]);
    expect(names("", "AID-S")).toEqual(["SS"]);
    expect(names("hand", "AID-S")).toEqual([]);
  });
});

describe("the word diff", () => {
  const rebuilt = (before: string, after: string) => {
    const pieces = wordDiff(before, after);
    return [
      pieces
        .filter((one) => one.kind !== "new")
        .map((one) => one.text)
        .join(""),
      pieces
        .filter((one) => one.kind !== "gone")
        .map((one) => one.text)
        .join(""),
    ];
  };

  it.each([
    ["", ""],
    ["a hand with six fingers", "a foot with six toes"],
    ["one two three", ""],
    ["", "all new"],
    ["• first\n• second", "• first\n• between\n• second"],
    ["x y", "y x"],
  ])("holds both texts whole: %j and %j", (before, after) => {
    expect(rebuilt(before, after)).toEqual([before, after]);
  });

  it("marks only what changed", () => {
    expect(wordDiff("a visible hand", "a hidden hand")).toEqual([
      { kind: "same", text: "a " },
      { kind: "gone", text: "visible" },
      { kind: "new", text: "hidden" },
      { kind: "same", text: " hand" },
    ]);
  });

  it("writes lists and rules as lines", () => {
    expect(textOf([{ text: "Cropped.", use: "AID-0001" }, "Plain"])).toBe(
      "• Cropped. · use AID-0001\n• Plain",
    );
    expect(textOf({ minor: 0.5, major: null })).toBe("minor: 0.5");
    expect(textOf(null)).toBe("");
  });
});

describe("hostile names", () => {
  it("shows what is hidden in them", () => {
    expect(visible("safe\u202Egnp.exe")).toBe("safe⟨U+202E⟩gnp.exe");
    expect(visible("Ha\u200Bnd\uFEFF")).toBe("Ha⟨U+200B⟩nd⟨U+FEFF⟩");
    expect(visible("👩\u200D🔧 יד")).toBe("👩\u200D🔧 יד");
  });

  it("shows HTML and Markdown as the text it is", () => {
    const text = "<img src=x onerror=alert(1)> [x](javascript:alert(1)) **bold**";
    const { container } = render(<Text>{text}</Text>);
    expect(screen.getByText(text)).toBeTruthy();
    expect(container.querySelector("img, a, strong")).toBeNull();
  });
});

describe("examples", () => {
  const example = (place: number, kind: string, more: Partial<DefectExample> = {}): DefectExample => ({
    place,
    id: null,
    kind,
    severity: null,
    verdict: null,
    caption: `Example ${place}`,
    url: "/x",
    asset: null,
    source_item: null,
    region: null,
    clean_counterpart_of: null,
    ...more,
  });

  it("stand beside their clean counterparts, and none is left out", () => {
    const all = [
      example(0, "positive", { id: "bad" }),
      example(1, "negative", { clean_counterpart_of: "bad" }),
      example(2, "positive"),
      example(3, "negative", { clean_counterpart_of: "elsewhere" }),
      example(4, "borderline"),
    ];
    const places = rowsOf(all).map((row) => row.examples.map((one) => one.place));
    expect(places).toEqual([[0, 1], [2, 3], [4]]);
  });
});
