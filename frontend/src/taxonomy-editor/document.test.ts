import { describe, expect, it } from "vitest";
import { answered } from "./answers";
import {
  addDefect,
  codeClash,
  defectsOf,
  deprecate,
  findDefect,
  freeCode,
  merge,
  moveDefect,
  nextId,
  remove,
  split,
  type FileDefect,
  type FileDocument,
  type Work,
} from "./document";

function defect(id: string, code: string, values: Partial<FileDefect> = {}): FileDefect {
  return {
    id,
    code,
    name: `Defect ${code}`,
    status: "active",
    since: "1.0.0",
    definition: "Something that is seen.",
    annotate_when: ["It is seen."],
    do_not_annotate_when: [{ text: "It is not seen." }],
    scale: "s3",
    severity: { minor: { rule: "Found only when looking.", penalty: 1 } },
    scope: { level: "image" },
    examples: [],
    ...values,
  };
}

const document: FileDocument = {
  taxonomy: { version: "1.0.1", title: "Faults", slug: "faults", id_prefix: "FLT" },
  severity_scales: [],
  dimensions: [
    {
      id: "FLT-0001",
      code: "A",
      name: "First",
      definition: "",
      defects: [
        defect("FLT-0011", "AB", { sub_defects: [{ id: "FLT-0031", code: "ABX", name: "Part" }] }),
        defect("FLT-0012", "AC", { do_not_annotate_when: [{ text: "That is AB.", use: "FLT-0011" }] }),
        defect("FLT-0013", "AO", { catch_all: true }),
      ],
    },
    {
      id: "FLT-0002",
      code: "B",
      name: "Second",
      definition: "",
      defects: [defect("FLT-0021", "BA"), defect("FLT-0022", "BO", { catch_all: true })],
    },
  ],
  exclusion_groups: [{ id: "EG-01", members: ["FLT-0011", "FLT-0012"] }],
};
const work: Work = { document, operations: [] };
const known = { last: 31, used: { AA: "FLT-0009" } };
const codes = (of: FileDocument) =>
  of.dimensions.map((one) => one.defects.map((other) => other.code).join(" "));

describe("ids and codes", () => {
  it("gives an id once: above every one that ever was", () => {
    expect(nextId(document, 31)).toBe("FLT-0032");
    expect(nextId(document, 99)).toBe("FLT-0100");
  });

  it("says whose a code is or was", () => {
    expect(codeClash(document, "FLT-0011", "AB", known.used)).toBeNull();
    expect(codeClash(document, "FLT-0011", "AC", known.used)).toBe("AC is Defect AC.");
    expect(codeClash(document, "FLT-0011", "AA", known.used)).toContain("FLT-0009");
    expect(codeClash(document, "FLT-0011", "BB", known.used)).toContain("begins with A");
    expect(codeClash(document, "FLT-0011", "a", known.used)).toBe("Two capital letters.");
    expect(freeCode(document, "A", known.used)).toBe("AD");
  });
});

describe("acts on the tree", () => {
  it("adds before the catch-all and says what covered it until now", () => {
    const why = "Seen often in the pilot.";
    const made = addDefect(work, known, { dimension: "FLT-0001", name: "New", why, carved: "FLT-0013" });
    expect(codes(made.document)).toEqual(["AB AC AD AO", "BA BO"]);
    expect(made.operations).toEqual([
      { op: "add", concept: "FLT-0032", parent: "FLT-0001", carved_from: ["FLT-0013"], why },
    ]);
  });

  it("moves into another dimension with a code of its letter, sub-defects along, and never the catch-all", () => {
    const moved = moveDefect(document, "FLT-0011", { dimension: "FLT-0002", before: null }, known);
    expect(codes(moved)).toEqual(["AC AO", "BA BB BO"]);
    expect(findDefect(moved, "FLT-0011")?.sub_defects?.[0]?.code).toBe("BBX");
    const order = moveDefect(document, "FLT-0012", { dimension: "FLT-0001", before: "FLT-0011" }, known);
    expect(codes(order)).toEqual(["AC AB AO", "BA BO"]);
    expect(moveDefect(document, "FLT-0013", { dimension: "FLT-0002", before: null }, known)).toBe(document);
  });

  it("leaves a tombstone, and nothing that points to it", () => {
    const done = merge(work, "FLT-0011", { into: "FLT-0012", why: "Nobody told them apart." });
    expect(codes(done.document)).toEqual(["AC AO", "BA BO"]);
    expect(done.document.retired_concepts?.[0]).toMatchObject({
      id: "FLT-0011",
      reason: "merged",
      retired_in: "1.0.1",
    });
    expect(findDefect(done.document, "FLT-0012")?.do_not_annotate_when).toEqual([{ text: "That is AB." }]);
    expect(done.document.exclusion_groups).toBeUndefined();
    expect(done.operations[0]).toMatchObject({
      op: "merge",
      concepts: ["FLT-0011", "FLT-0012"],
      into: "FLT-0012",
    });
  });

  it("splits into two with ids and codes of their own", () => {
    const done = split(work, known, "FLT-0011", { names: ["One", "Two"], why: "Two things in one." });
    expect(codes(done.document)).toEqual(["AC AD AE AO", "BA BO"]);
    expect(done.operations[0]).toMatchObject({ op: "split", into: ["FLT-0032", "FLT-0033"] });
    expect(done.document.retired_concepts?.[0]?.consider).toEqual(["FLT-0032", "FLT-0033"]);
  });

  it("deprecates and removes, and the work before stays as it was", () => {
    const before = JSON.stringify(work);
    expect(
      findDefect(deprecate(work, "FLT-0012", { why: "Rare.", consider: null }).document, "FLT-0012"),
    ).toMatchObject({
      status: "deprecated",
      deprecation: { in: "1.0.1", reason: "Rare." },
    });
    expect(defectsOf(remove(work, "FLT-0021", "Never seen.").document)).toHaveLength(4);
    expect(JSON.stringify(work)).toBe(before);
  });
});

describe("the answer to a question of the wizard", () => {
  const proposal = {
    operation: { op: "edit", concept: "FLT-0011", fields: ["definition"], why: "Proposed." },
    question: "Which?",
    options: ["edit", "narrower", "broader", "shifted"],
    similar_to: null,
    similarity: null,
  };

  it("keeps an edit and makes a direction a redefinition", () => {
    expect(answered(proposal, "edit")).toEqual(proposal.operation);
    expect(answered(proposal, "narrower", "Only fingers.")).toEqual({
      op: "redefine",
      concept: "FLT-0011",
      direction: "narrower",
      fields: ["definition"],
      why: "Only fingers.",
    });
  });

  it("removes what was not renumbered", () => {
    const merged = {
      ...proposal,
      operation: { op: "merge", concepts: ["FLT-0011"], into: "FLT-0032", why: "Said." },
    };
    expect(answered(merged, "remove")).toEqual({ op: "remove", concept: "FLT-0011", why: "Said." });
  });
});
