import { expect, test } from "vitest";
import type { FileDocument } from "./document";
import {
  arranged,
  neighbour,
  pairedWith,
  regionFrom,
  swapped,
  withCounterpart,
  withoutExample,
  withPicture,
} from "./examples";
import { levelProblems, withMember, withValues, type HeldExample, type HeldScale } from "./held";

const POSITIVE: HeldExample = { kind: "positive", severity: "minor", caption: "Six fingers." };
const CLEAN: HeldExample = { kind: "negative", caption: "Five fingers." };

test("a clean counterpart stands beside its positive and alone once that is gone", () => {
  const both = withCounterpart([CLEAN, POSITIVE], 1);
  expect(both[1]?.id).toBe(both[2]?.clean_counterpart_of);
  const shown = arranged(both, ["minor", "critical"]);
  expect(shown.levels.map((one) => [one.level, one.pairs.length])).toEqual([
    ["minor", 1],
    ["critical", 0],
  ]);
  expect(shown.levels[0]?.pairs[0]?.partners.map((one) => one.place)).toEqual([2]);
  expect(shown.alone.map((one) => one.place)).toEqual([0]);
  const left = withoutExample(both, 1);
  expect(left).toEqual([CLEAN, { kind: "negative", caption: "" }]);
  const paired = pairedWith(both, 0, 1);
  expect(paired[0]?.clean_counterpart_of).toBe(both[1]?.id);
  expect(pairedWith(paired, 0, null)[0]).toEqual(CLEAN);
});

test("examples change places with the next of their sort", () => {
  const list = [POSITIVE, CLEAN, { ...POSITIVE, caption: "Seven fingers." }];
  expect(neighbour(list, 0, 1)).toBe(2);
  expect(neighbour(list, 0, -1)).toBeNull();
  expect(swapped(list, 0, 2).map((one) => one.caption)).toEqual([
    "Seven fingers.",
    "Five fingers.",
    "Six fingers.",
  ]);
});

test("another picture takes the old region away and keeps a written caption", () => {
  const old: HeldExample = { ...POSITIVE, asset: "a.png", region: { shape: "point", points: [[0, 0]] } };
  const next = withPicture(old, { sha256: "ab", source: "i", level: "critical", caption: "Proposed." });
  expect(next).toEqual({
    kind: "positive",
    severity: "critical",
    caption: "Six fingers.",
    asset_sha256: "ab",
    source_item: "i",
  });
});

test("a region of the server is taken only when it is one", () => {
  expect(
    regionFrom({
      shape: "box",
      points: [
        [0.123456, -1e-9],
        [1, 0.5],
      ],
    }),
  ).toEqual({
    shape: "box",
    points: [
      [0.1235, 0],
      [1, 0.5],
    ],
  });
  expect(regionFrom({ shape: "circle", points: [] })).toBeNull();
  expect(regionFrom(null)).toBeNull();
});

test("a worse level is neither cheaper nor milder", () => {
  const level = { hotkey: "1", general_rule: "" };
  const scale: HeldScale = {
    id: "s",
    name: "S",
    kind: "severity",
    levels: [
      { ...level, key: "critical", rank: 2, name: "Critical", action: "reject" },
      { ...level, key: "minor", rank: 1, name: "Minor", action: "retouch" },
    ],
  };
  const said = { minor: { rule: "", penalty: 3 }, critical: { rule: "", penalty: 2, action: "accept" } };
  expect(levelProblems(scale, said).get("critical")).toEqual({
    penalty: "Below 3, the points of Minor.",
    action: "Milder than retouch, the action of Minor.",
  });
  expect(levelProblems(scale, { ...said, critical: { rule: "", penalty: 3 } }).get("critical")).toEqual({});
});

test("values that say nothing are left out, and nothing else is touched", () => {
  const defect = { id: "X-0001", name: "N", veto: true, kpis: ["a"], odd: false };
  const document = { dimensions: [{ id: "D", defects: [defect] }], extra: 1 } as unknown as FileDocument;
  const after = withValues(document, "X-0001", { veto: false, kpis: [] });
  expect(JSON.stringify(after)).toBe(
    JSON.stringify({
      dimensions: [{ id: "D", defects: [{ id: "X-0001", name: "N", odd: false }] }],
      extra: 1,
    }),
  );
});

test("a defect enters and leaves a group", () => {
  const groups = [{ id: "EG-01", level: "per_region", members: ["A", "B"], rule: "r" }];
  expect(withMember(groups, "C", "EG-01", true)[0]?.members).toEqual(["A", "B", "C"]);
  expect(withMember(groups, "A", "EG-01", false)[0]?.members).toEqual(["B"]);
});
