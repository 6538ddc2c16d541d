import { describe, expect, it } from "vitest";
import * as store from "./store";
import type { PointerContext, Stage, Step } from "./store";
import { amend, commit, redo, timeline, undo } from "./undo";
import { fit, toScreen } from "./viewport";
import type { Point, Shape } from "./geometry";

/** 100 x 100 pixels at scale 1, from (24, 24) on. */
const VIEW = fit({ width: 148, height: 148 }, { width: 100, height: 100 });
const BOX = {
  key: "f1",
  region: {
    shape: "box",
    points: [
      [0.2, 0.2],
      [0.6, 0.6],
    ],
  },
} as const;
const armed = (tool: Shape): PointerContext => ({ tool, placed: [], selected: null });
const at = (x: number, y: number): Point => toScreen(VIEW, [x, y]);

type Move = ["down" | "move" | "up" | "double", number, number];
const acts = {
  down: (s: Stage, c: PointerContext, p: Point) => store.pointerDown(s, c, p, false),
  move: store.pointerMove,
  up: store.pointerUp,
  double: store.doubleClick,
};
function run(context: PointerContext, ...moves: Move[]): Step {
  return moves.reduce<Step>(({ stage }, [kind, x, y]) => acts[kind](stage, context, at(x, y)), {
    stage: store.emptyStage(VIEW),
    effect: null,
  });
}

describe("drawing", () => {
  it("a drag makes a box", () => {
    const { effect } = run(armed("box"), ["down", 0.5, 0.6], ["move", 0.2, 0.3], ["up", 0.1, 0.2]);
    expect(effect).toMatchObject({ type: "drawn", region: { shape: "box" } });
    expect(effect?.type === "drawn" && effect.region.points[0]?.[0]).toBeCloseTo(0.1);
  });
  it("two clicks make a box as well", () => {
    const first = run(armed("box"), ["down", 0.1, 0.1], ["up", 0.1, 0.1]);
    expect(first.effect).toBeNull();
    expect(
      run(armed("box"), ["down", 0.1, 0.1], ["up", 0.1, 0.1], ["move", 0.5, 0.5], ["down", 0.5, 0.5]).effect
        ?.type,
    ).toBe("drawn");
  });
  it("a box drawn over the border ends at it", () => {
    const { effect } = run(armed("box"), ["down", 0.5, 0.5], ["move", 2, 2], ["up", 2, 2]);
    expect(effect?.type === "drawn" && effect.region.points[1]).toEqual([1, 1]);
  });
  const corners: Move[] = [
    ["down", 0.1, 0.1],
    ["up", 0.1, 0.1],
    ["down", 0.9, 0.1],
    ["up", 0.9, 0.1],
    ["down", 0.5, 0.9],
    ["up", 0.5, 0.9],
  ];
  it("a polygon closes by Enter, by a double click and on its first corner", () => {
    const open = run(armed("polygon"), ...corners);
    expect(store.feed(open.stage, "polygon", { type: "close" }).effect).toMatchObject({ type: "drawn" });
    expect(run(armed("polygon"), ...corners, ["double", 0.5, 0.9]).effect).toMatchObject({ type: "drawn" });
    expect(run(armed("polygon"), ...corners, ["down", 0.1, 0.1]).effect).toMatchObject({ type: "drawn" });
  });
  it("Backspace takes the last corner back, and two corners do not close", () => {
    const open = run(armed("polygon"), ...corners).stage;
    const two = store.feed(open, "polygon", { type: "back" }).stage;
    expect(store.feed(two, "polygon", { type: "close" }).effect).toBeNull();
    const none = store.feed(store.feed(two, "polygon", { type: "back" }).stage, "polygon", {
      type: "back",
    }).stage;
    expect(none.draft).toBeNull();
  });
  it("a point stands where the button was released", () => {
    const { effect } = run(armed("point"), ["down", 0.1, 0.1], ["move", 0.3, 0.3], ["up", 0.3, 0.3]);
    expect(effect?.type === "drawn" && effect.region.points[0]?.[0]).toBeCloseTo(0.3);
  });
});

describe("choosing and moving", () => {
  const context: PointerContext = { tool: null, placed: [BOX], selected: "f1" };
  it("a press on a finding chooses it and a drag moves it in one step", () => {
    expect(run(context, ["down", 0.4, 0.4]).effect).toEqual({ type: "selected", key: "f1" });
    const { effect, stage } = run(context, ["down", 0.4, 0.4], ["move", 0.5, 0.5], ["up", 0.5, 0.5]);
    expect(effect).toMatchObject({ type: "reshaped", key: "f1" });
    expect(effect?.type === "reshaped" && effect.region.points[0]?.[0]).toBeCloseTo(0.3);
    expect(stage.preview).toBeNull();
  });
  it("a handle resizes", () => {
    const { effect } = run(context, ["down", 0.6, 0.6], ["move", 0.8, 0.9], ["up", 0.8, 0.9]);
    expect(effect?.type === "reshaped" && effect.region.points[1]?.[1]).toBeCloseTo(0.9);
  });
  it("a click on nothing chooses nothing, a drag on nothing pans", () => {
    expect(run(context, ["down", 0.95, 0.05], ["up", 0.95, 0.05]).effect).toEqual({
      type: "selected",
      key: null,
    });
    const { stage, effect } = run(context, ["down", 0.95, 0.05], ["move", 0.5, 0.5], ["up", 0.5, 0.5]);
    expect(effect).toBeNull();
    expect(stage.view.x).not.toBe(VIEW.x);
  });
  it("of two findings over one another the smaller is taken", () => {
    const small = {
      key: "f2",
      region: {
        shape: "box",
        points: [
          [0.3, 0.3],
          [0.4, 0.4],
        ],
      },
    } as const;
    expect(store.hit(VIEW, [BOX, small], at(0.35, 0.35))?.key).toBe("f2");
    expect(store.hit(VIEW, [BOX, small], at(0.95, 0.95))).toBeNull();
  });
});

it("a timeline goes back and forth, and a new step drops what was undone", () => {
  const line = commit(commit(timeline(1), 2), 3);
  expect(undo(line).present).toBe(2);
  expect(redo(undo(line)).present).toBe(3);
  expect(redo(commit(undo(line), 4)).present).toBe(4);
  expect(undo(amend(line, 9)).present).toBe(2);
  expect(undo(timeline(1)).present).toBe(1);
  expect(commit(line, 3)).toBe(line);
});
