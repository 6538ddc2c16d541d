import { describe, expect, it } from "vitest";
import {
  centreOn,
  fit,
  panBy,
  resizeStage,
  smoothing,
  toImage,
  toScreen,
  wheelFactor,
  zoomAround,
} from "./viewport";

const STAGE = { width: 900, height: 700 };
const IMAGE = { width: 1024, height: 768 };

describe("the viewport", () => {
  it("fits the whole image with its margin, in the middle", () => {
    const view = fit(STAGE, IMAGE);
    const [left, top] = toScreen(view, [0, 0]);
    const [right, bottom] = toScreen(view, [1, 1]);
    expect(Math.min(left, top)).toBeGreaterThanOrEqual(24 - 1e-9);
    expect(left).toBeCloseTo(STAGE.width - right, 9);
    expect(top).toBeCloseTo(STAGE.height - bottom, 9);
  });
  it("screen and image coordinates are inverse at every zoom", () => {
    let view = fit(STAGE, IMAGE);
    for (const factor of [1.3, 2, 0.4, 5, 1.7]) {
      view = panBy(zoomAround(view, [300, 200], factor), 13, -7);
      for (const at of [
        [0, 0],
        [450, 350],
        [899, 699],
      ] as const) {
        const [x, y] = toScreen(view, toImage(view, at));
        expect(x).toBeCloseTo(at[0], 6);
        expect(y).toBeCloseTo(at[1], 6);
      }
    }
  });
  it("what is under the pointer stays there while zooming", () => {
    const view = fit(STAGE, IMAGE);
    const before = toImage(view, [400, 300]);
    const after = toImage(zoomAround(view, [400, 300], 3), [400, 300]);
    expect(after[0]).toBeCloseTo(before[0], 9);
    expect(after[1]).toBeCloseTo(before[1], 9);
  });
  it("zooming in and out again comes back", () => {
    const view = fit(STAGE, IMAGE);
    const back = zoomAround(zoomAround(view, [400, 300], 2), [400, 300], 0.5);
    expect([back.scale, back.x, back.y]).toEqual([
      expect.closeTo(view.scale, 9),
      expect.closeTo(view.x, 9),
      expect.closeTo(view.y, 9),
    ]);
  });
  it("the image never leaves the stage altogether", () => {
    const far = panBy(fit(STAGE, IMAGE), 1e6, -1e6);
    const [x] = toScreen(far, [0, 0]);
    const [, bottom] = toScreen(far, [1, 1]);
    expect(x).toBeLessThan(STAGE.width);
    expect(bottom).toBeGreaterThan(0);
  });
  it("a fitted view fits again when the stage changes, a zoomed one keeps its zoom", () => {
    const small = { width: 500, height: 400 };
    expect(resizeStage(fit(STAGE, IMAGE), small)).toEqual(fit(small, IMAGE));
    const zoomed = zoomAround(fit(STAGE, IMAGE), [0, 0], 4);
    expect(resizeStage(zoomed, small).scale).toBe(zoomed.scale);
  });
  it("brings a point to the middle", () => {
    const view = centreOn(fit(STAGE, IMAGE), [0.5, 0.25], 2);
    expect(toScreen(view, [0.5, 0.25])).toEqual([450, 350]);
  });
  it("smoothing ends at three device pixels per image pixel, unless told otherwise", () => {
    expect([smoothing(2.9, 1, "auto"), smoothing(3, 1, "auto"), smoothing(1.5, 2, "auto")]).toEqual([
      true,
      false,
      false,
    ]);
    expect([smoothing(9, 1, "off"), smoothing(1, 1, "on")]).toEqual([true, false]);
  });
  it("a wheel notch up enlarges, however the wheel counts", () => {
    expect(wheelFactor(-100, 0)).toBeGreaterThan(1);
    expect(wheelFactor(3, 1)).toBeLessThan(1);
    expect(wheelFactor(1e9, 0)).toBeGreaterThan(0.5);
  });
});
