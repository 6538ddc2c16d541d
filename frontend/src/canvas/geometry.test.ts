import { describe, expect, it } from "vitest";
import * as geometry from "./geometry";
import type { Region } from "./geometry";

/** A seeded stream of numbers in 0..1 (mulberry32), so that a failure can be repeated. */
function stream(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
const next = stream(7);
const some = Array.from(
  { length: 200 },
  () => [next(), next(), next(), next(), next() * 2 - 1, next() * 2 - 1] as const,
);
const triangle: Region = {
  shape: "polygon",
  points: [
    [0.2, 0.2],
    [0.8, 0.2],
    [0.2, 0.8],
  ],
};

describe("regions", () => {
  it("a box has its top left corner first, from whichever corner it was drawn", () => {
    for (const [a, b, c, d] of some) {
      const box = geometry.bounds(geometry.boxRegion([a, b], [c, d]));
      expect(box.x0).toBeLessThanOrEqual(box.x1);
      expect(box.y0).toBeLessThanOrEqual(box.y1);
    }
  });
  it("a moved region keeps its size and never leaves the image", () => {
    for (const [a, b, c, d, dx, dy] of some) {
      const region = geometry.boxRegion([a, b], [c, d]);
      const moved = geometry.bounds(geometry.moveRegion(region, dx, dy));
      const was = geometry.bounds(region);
      expect(moved.x1 - moved.x0).toBeCloseTo(was.x1 - was.x0, 9);
      expect(Math.min(moved.x0, moved.y0)).toBeGreaterThanOrEqual(0);
      expect(Math.max(moved.x1, moved.y1)).toBeLessThanOrEqual(1);
    }
  });
  it("overlap is symmetric, between 0 and 1, and 1 with itself", () => {
    for (const [a, b, c, d, e, f] of some) {
      const one = geometry.boxRegion([a, b], [c, d]);
      const two = geometry.boxRegion([Math.abs(e), Math.abs(f)], [c, b]);
      expect(geometry.iou(one, two)).toBeCloseTo(geometry.iou(two, one), 9);
      expect(geometry.iou(one, two)).toBeLessThanOrEqual(1);
      expect(geometry.iou(one, one)).toBeCloseTo(1, 9);
    }
  });
  it("known overlap: halves of a square share a third", () => {
    const left = geometry.boxRegion([0, 0], [0.4, 0.4]);
    const shifted = geometry.boxRegion([0.2, 0], [0.6, 0.4]);
    expect(geometry.iou(left, shifted)).toBeCloseTo(1 / 3, 9);
  });
  it("a handle dragged over the other side turns the box round", () => {
    const box = geometry.boxRegion([0.4, 0.4], [0.6, 0.6]);
    expect(geometry.resizeRegion(box, "e", [0.2, 0]).points).toEqual([
      [0.2, 0.4],
      [0.4, 0.6],
    ]);
  });
  it("a polygon is stretched with its handles", () => {
    const wide = geometry.resizeRegion(triangle, "e", [1, 0.5]);
    expect(wide.points[1]?.[0]).toBeCloseTo(1);
    expect(wide.points[0]).toEqual([0.2, 0.2]);
  });
  it("inside and outside of a polygon", () => {
    expect(geometry.contains(triangle, [0.3, 0.3])).toBe(true);
    expect(geometry.contains(triangle, [0.7, 0.7])).toBe(false);
  });
  it("area of a box and a triangle", () => {
    expect(geometry.area(geometry.boxRegion([0, 0], [0.5, 0.5]))).toBeCloseTo(0.25);
    expect(geometry.area(triangle)).toBeCloseTo(0.18);
  });
  it("no region is one region of its own", () => {
    expect(geometry.sameRegion(null, null)).toBe(true);
    expect(geometry.sameRegion(null, triangle)).toBe(false);
    expect(geometry.sameRegion(triangle, triangle)).toBe(true);
    expect(geometry.sameRegion(geometry.pointRegion([0.3, 0.3]), geometry.pointRegion([0.305, 0.3]))).toBe(
      true,
    );
    expect(geometry.sameRegion(geometry.pointRegion([0.3, 0.3]), geometry.pointRegion([0.4, 0.3]))).toBe(
      false,
    );
  });
  it("a triangle is half of its box", () => {
    const box = geometry.boxRegion([0.2, 0.2], [0.8, 0.8]);
    expect(geometry.overlap(triangle, box)).toBeCloseTo(0.5, 1);
  });
  it("growing stops at the least size and at the border", () => {
    const box = geometry.boxRegion([0.5, 0.5], [0.6, 0.6]);
    expect(geometry.bounds(geometry.growRegion(box, -1, -1, 0.02)).x1).toBeCloseTo(0.52);
    expect(geometry.bounds(geometry.growRegion(box, 9, 9, 0.02)).x1).toBe(1);
  });
  it("names the place of a region", () => {
    const at = (x: number, y: number) => geometry.placeName(geometry.pointRegion([x, y]));
    expect([at(0.1, 0.1), at(0.5, 0.5), at(0.5, 0.9), at(0.9, 0.5)]).toEqual([
      "top left",
      "centre",
      "bottom",
      "right",
    ]);
  });
  it("a region smaller than a pixel or with two corners is no region", () => {
    expect(geometry.regionFault(geometry.boxRegion([0, 0], [0.001, 1]), 100, 100)).toContain("smaller");
    expect(
      geometry.regionFault(
        geometry.polygonRegion([
          [0, 0],
          [1, 1],
        ]),
        100,
        100,
      ),
    ).toContain("three");
    expect(geometry.regionFault(triangle, 100, 100)).toBeNull();
  });
});
