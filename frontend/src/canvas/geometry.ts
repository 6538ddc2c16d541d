/**
 * Regions in relative coordinates (0..1 in the displayed, upright frame) and what can be asked of them.
 * Everything here is a pure function of values; pixels only enter as explicit sizes.
 */

export type Point = readonly [number, number];

export type Shape = "box" | "point" | "polygon";

export interface Region {
  readonly shape: Shape;
  /** box: two opposite corners, top left first; point: one; polygon: three or more in drawing order. */
  readonly points: readonly Point[];
}

export interface Box {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** Handles of a box, named by compass direction. */
export type Handle = "nw" | "n" | "ne" | "e" | "se" | "s" | "sw" | "w";
export const HANDLES: readonly Handle[] = ["nw", "n", "ne", "e", "se", "s", "sw", "w"];

export function clamp(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value;
}

export function clampPoint([x, y]: Point): Point {
  return [clamp(x, 0, 1), clamp(y, 0, 1)];
}

export function boxRegion(a: Point, b: Point): Region {
  const [ax, ay] = clampPoint(a);
  const [bx, by] = clampPoint(b);
  return {
    shape: "box",
    points: [
      [Math.min(ax, bx), Math.min(ay, by)],
      [Math.max(ax, bx), Math.max(ay, by)],
    ],
  };
}

export function pointRegion(at: Point): Region {
  return { shape: "point", points: [clampPoint(at)] };
}

export function polygonRegion(points: readonly Point[]): Region {
  return { shape: "polygon", points: points.map(clampPoint) };
}

/** Smallest upright box around a region; a region without points is the empty box at the origin. */
export function bounds(region: Region): Box {
  const [first] = region.points;
  if (first === undefined) return { x0: 0, y0: 0, x1: 0, y1: 0 };
  let [x0, y0] = first;
  let [x1, y1] = first;
  for (const [x, y] of region.points) {
    x0 = Math.min(x0, x);
    y0 = Math.min(y0, y);
    x1 = Math.max(x1, x);
    y1 = Math.max(y1, y);
  }
  return { x0, y0, x1, y1 };
}

/** Shoelace formula; a box has width times height, a point 0. In units of the whole image. */
export function area(region: Region): number {
  if (region.shape !== "polygon") {
    const box = bounds(region);
    return (box.x1 - box.x0) * (box.y1 - box.y0);
  }
  let twice = 0;
  region.points.forEach(([x, y], index) => {
    const [nx, ny] = region.points[(index + 1) % region.points.length] ?? [x, y];
    twice += x * ny - nx * y;
  });
  return Math.abs(twice) / 2;
}

/** Intersection over union of the bounding boxes; 0 when either has no area. */
export function iou(a: Region, b: Region): number {
  const p = bounds(a);
  const q = bounds(b);
  const width = Math.min(p.x1, q.x1) - Math.max(p.x0, q.x0);
  const height = Math.min(p.y1, q.y1) - Math.max(p.y0, q.y0);
  if (width <= 0 || height <= 0) return 0;
  const both = width * height;
  const union = (p.x1 - p.x0) * (p.y1 - p.y0) + (q.x1 - q.x0) * (q.y1 - q.y0) - both;
  return union > 0 ? both / union : 0;
}

/** Side of the square that stands for a point where places are compared; the server uses the same. */
const POINT_SIDE = 0.04;
const GRID = 64;

/** Intersection over union of two regions: exact for boxes and points, on a grid of 64 x 64 where a polygon is in it. */
export function overlap(a: Region, b: Region): number {
  const p = outlined(a);
  const q = outlined(b);
  if (p.shape === "box" && q.shape === "box") return iou(p, q);
  const box = bounds({ shape: "polygon", points: [...p.points, ...q.points] });
  let both = 0;
  let either = 0;
  for (let row = 0; row < GRID; row += 1) {
    for (let column = 0; column < GRID; column += 1) {
      const x = box.x0 + ((column + 0.5) / GRID) * (box.x1 - box.x0);
      const y = box.y0 + ((row + 0.5) / GRID) * (box.y1 - box.y0);
      const inP = contains(p, [x, y]);
      const inQ = contains(q, [x, y]);
      if (inP && inQ) both += 1;
      if (inP || inQ) either += 1;
    }
  }
  return either === 0 ? 0 : both / either;
}

function outlined(region: Region): Region {
  const [at] = region.points;
  if (region.shape !== "point" || at === undefined) return region;
  const half = POINT_SIDE / 2;
  return {
    shape: "box",
    points: [
      [at[0] - half, at[1] - half],
      [at[0] + half, at[1] + half],
    ],
  };
}

/** Are these the same place for a rule of level per_region? No region is one region of its own. */
export function sameRegion(a: Region | null, b: Region | null): boolean {
  if (a === null || b === null) return a === b;
  return overlap(a, b) >= 0.5;
}

export function contains(region: Region, [x, y]: Point): boolean {
  if (region.shape === "polygon") return insidePolygon(region.points, x, y);
  const box = bounds(region);
  return x >= box.x0 && x <= box.x1 && y >= box.y0 && y <= box.y1;
}

/** Even-odd rule: count the edges crossed by a ray to the right. */
function insidePolygon(points: readonly Point[], x: number, y: number): boolean {
  let inside = false;
  for (let i = 0, j = points.length - 1; i < points.length; j = i, i += 1) {
    const [xi, yi] = points[i] ?? [0, 0];
    const [xj, yj] = points[j] ?? [0, 0];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

/** Distance from a point to a segment, all in one unit (use pixels). */
export function distanceToSegment([px, py]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const dx = bx - ax;
  const dy = by - ay;
  const length = dx * dx + dy * dy;
  const t = length === 0 ? 0 : clamp(((px - ax) * dx + (py - ay) * dy) / length, 0, 1);
  return Math.hypot(px - (ax + t * dx), py - (ay + t * dy));
}

/** Shift by (dx, dy), stopping at the border with the shape kept whole. */
export function moveRegion(region: Region, dx: number, dy: number): Region {
  const box = bounds(region);
  const mx = clamp(dx, -box.x0, 1 - box.x1);
  const my = clamp(dy, -box.y0, 1 - box.y1);
  return { shape: region.shape, points: region.points.map(([x, y]) => clampPoint([x + mx, y + my])) };
}

/**
 * Drag one handle of the bounding box to (x, y). A box follows; a polygon is stretched with it; a point is moved.
 * Dragging a handle over the opposite side turns the box round instead of making it negative.
 */
export function resizeRegion(region: Region, handle: Handle, [x, y]: Point): Region {
  if (region.shape === "point") return pointRegion([x, y]);
  const from = bounds(region);
  const to = {
    x0: handle.includes("w") ? clamp(x, 0, 1) : from.x0,
    x1: handle.includes("e") ? clamp(x, 0, 1) : from.x1,
    y0: handle.startsWith("n") ? clamp(y, 0, 1) : from.y0,
    y1: handle.startsWith("s") ? clamp(y, 0, 1) : from.y1,
  };
  if (region.shape === "box") return boxRegion([to.x0, to.y0], [to.x1, to.y1]);
  const width = from.x1 - from.x0 || 1;
  const height = from.y1 - from.y0 || 1;
  return polygonRegion(
    region.points.map(([px, py]) => [
      to.x0 + ((px - from.x0) / width) * (to.x1 - to.x0),
      to.y0 + ((py - from.y0) / height) * (to.y1 - to.y0),
    ]),
  );
}

/** Resize from the lower right corner by (dx, dy), never below `least` in either direction. */
export function growRegion(region: Region, dx: number, dy: number, least: number): Region {
  if (region.shape === "point") return moveRegion(region, dx, dy);
  const box = bounds(region);
  const corner: Point = [
    clamp(box.x1 + dx, Math.min(box.x0 + least, 1), 1),
    clamp(box.y1 + dy, Math.min(box.y0 + least, 1), 1),
  ];
  return resizeRegion(region, "se", corner);
}

export function handlePoint(box: Box, handle: Handle): Point {
  const x = handle.includes("w") ? box.x0 : handle.includes("e") ? box.x1 : (box.x0 + box.x1) / 2;
  const y = handle.startsWith("n") ? box.y0 : handle.startsWith("s") ? box.y1 : (box.y0 + box.y1) / 2;
  return [x, y];
}

/** Where a region lies, in words for the findings list: "top left", "centre", "bottom". */
export function placeName(region: Region): string {
  const box = bounds(region);
  const x = (box.x0 + box.x1) / 2;
  const y = (box.y0 + box.y1) / 2;
  const row = y < 1 / 3 ? "top" : y > 2 / 3 ? "bottom" : "";
  const column = x < 1 / 3 ? "left" : x > 2 / 3 ? "right" : "";
  return [row, column].filter((word) => word !== "").join(" ") || "centre";
}

/** Why a region cannot be sent, or null: too few points, or too small to be meant. */
export function regionFault(region: Region, width: number, height: number): string | null {
  if (region.shape === "point") return region.points.length === 1 ? null : "A point is one place.";
  if (region.shape === "polygon" && region.points.length < 3)
    return "A polygon needs at least three corners.";
  const box = bounds(region);
  const tooSmall = (box.x1 - box.x0) * width < 1 || (box.y1 - box.y0) * height < 1;
  return tooSmall ? "The region is smaller than one pixel." : null;
}

/** Six decimals: a thousandth of a pixel in the largest images, and equal input gives equal bytes. */
export function rounded(region: Region): Region {
  const six = (value: number): number => Math.round(value * 1e6) / 1e6;
  return { shape: region.shape, points: region.points.map(([x, y]) => [six(x), six(y)]) };
}
