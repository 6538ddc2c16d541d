/**
 * The stage as a value: view, armed tool, half-drawn region and the gesture under way. A step takes an event and gives
 * the next state and what the rest of the workspace must know (`effect`). Nothing here touches the DOM.
 */
import {
  area,
  bounds,
  contains,
  distanceToSegment,
  HANDLES,
  handlePoint,
  moveRegion,
  resizeRegion,
} from "./geometry";
import type { Handle, Point, Region, Shape } from "./geometry";
import { boxPreview, boxTool } from "./tools/box";
import type { BoxDraft } from "./tools/box";
import { pointPreview, pointTool } from "./tools/point";
import type { PointDraft } from "./tools/point";
import { polygonPreview, polygonTool } from "./tools/polygon";
import type { PolygonDraft } from "./tools/polygon";
import type { ToolEvent } from "./tools/step";
import { panBy, toImage, toScreen } from "./viewport";
import type { Viewport } from "./viewport";

export type Draft = BoxDraft | PolygonDraft | PointDraft;

/** A finding that has a place on the picture. */
export interface Placed {
  readonly key: string;
  readonly region: Region;
}

export type Gesture =
  | { readonly type: "none" }
  | { readonly type: "pan"; readonly last: Point; readonly travelled: number }
  | { readonly type: "move"; readonly key: string; readonly start: Region; readonly from: Point }
  | { readonly type: "resize"; readonly key: string; readonly start: Region; readonly handle: Handle };

export interface Stage {
  readonly view: Viewport;
  readonly draft: Draft | null;
  readonly gesture: Gesture;
  /** The region being moved or resized, shown instead of the stored one until the button is released. */
  readonly preview: Placed | null;
}

export type Effect =
  | { readonly type: "drawn"; readonly region: Region }
  | { readonly type: "selected"; readonly key: string | null }
  | { readonly type: "reshaped"; readonly key: string; readonly region: Region };

export interface Step {
  readonly stage: Stage;
  readonly effect: Effect | null;
}

export interface PointerContext {
  readonly tool: Shape | null;
  readonly placed: readonly Placed[];
  readonly selected: string | null;
}

/** Reach of a click in CSS pixels. */
const REACH = 6;
const HANDLE_REACH = 9;

export function emptyStage(view: Viewport): Stage {
  return { view, draft: null, gesture: { type: "none" }, preview: null };
}

function still(stage: Stage): Step {
  return { stage, effect: null };
}

export function withView(stage: Stage, view: Viewport): Stage {
  return view === stage.view ? stage : { ...stage, view };
}

/** Which finding lies under a screen point: the smallest that contains it, points and borders first. */
export function hit(view: Viewport, placed: readonly Placed[], at: Point): Placed | null {
  const near = placed.filter(({ region }) => {
    if (region.shape === "point") {
      const [x, y] = toScreen(view, region.points[0] ?? [0, 0]);
      return Math.hypot(x - at[0], y - at[1]) <= 2 * REACH;
    }
    return contains(region, toImage(view, at)) || nearBorder(view, region, at);
  });
  return near.reduce<Placed | null>((best, next) => {
    return best === null || area(next.region) < area(best.region) ? next : best;
  }, null);
}

function nearBorder(view: Viewport, region: Region, at: Point): boolean {
  const box = bounds(region);
  const corners: readonly Point[] =
    region.shape === "polygon"
      ? region.points
      : [
          [box.x0, box.y0],
          [box.x1, box.y0],
          [box.x1, box.y1],
          [box.x0, box.y1],
        ];
  return corners.some((corner, index) => {
    const next = corners[(index + 1) % corners.length] ?? corner;
    return distanceToSegment(at, toScreen(view, corner), toScreen(view, next)) <= REACH;
  });
}

export function hitHandle(view: Viewport, region: Region, at: Point): Handle | null {
  if (region.shape === "point") return null;
  const box = bounds(region);
  for (const handle of HANDLES) {
    const [x, y] = toScreen(view, handlePoint(box, handle));
    if (Math.abs(x - at[0]) <= HANDLE_REACH && Math.abs(y - at[1]) <= HANDLE_REACH) return handle;
  }
  return null;
}

function tolerance(view: Viewport): Point {
  return [REACH / (view.image.width * view.scale), REACH / (view.image.height * view.scale)];
}

export function pointerDown(stage: Stage, context: PointerContext, at: Point, panning: boolean): Step {
  if (panning) return still({ ...stage, gesture: { type: "pan", last: at, travelled: REACH } });
  if (context.tool !== null) return drawing(stage, context.tool, "down", at);
  const chosen = context.placed.find(({ key }) => key === context.selected);
  const handle = chosen === undefined ? null : hitHandle(stage.view, chosen.region, at);
  if (chosen !== undefined && handle !== null) {
    return still({ ...stage, gesture: { type: "resize", key: chosen.key, start: chosen.region, handle } });
  }
  const under = hit(stage.view, context.placed, at);
  if (under === null) return still({ ...stage, gesture: { type: "pan", last: at, travelled: 0 } });
  const gesture: Gesture = {
    type: "move",
    key: under.key,
    start: under.region,
    from: toImage(stage.view, at),
  };
  return { stage: { ...stage, gesture }, effect: { type: "selected", key: under.key } };
}

export function pointerMove(stage: Stage, context: PointerContext, at: Point): Step {
  const { gesture } = stage;
  switch (gesture.type) {
    case "pan": {
      const dx = at[0] - gesture.last[0];
      const dy = at[1] - gesture.last[1];
      const travelled = gesture.travelled + Math.abs(dx) + Math.abs(dy);
      return still({
        ...stage,
        view: panBy(stage.view, dx, dy),
        gesture: { type: "pan", last: at, travelled },
      });
    }
    case "move": {
      const [x, y] = toImage(stage.view, at);
      const region = moveRegion(gesture.start, x - gesture.from[0], y - gesture.from[1]);
      return still({ ...stage, preview: { key: gesture.key, region } });
    }
    case "resize": {
      const region = resizeRegion(gesture.start, gesture.handle, toImage(stage.view, at));
      return still({ ...stage, preview: { key: gesture.key, region } });
    }
    case "none":
      return context.tool !== null && stage.draft !== null
        ? drawing(stage, context.tool, "move", at)
        : still(stage);
  }
}

export function pointerUp(stage: Stage, context: PointerContext, at: Point): Step {
  const { gesture, preview } = stage;
  const rest: Stage = { ...stage, gesture: { type: "none" }, preview: null };
  if (gesture.type === "pan") {
    const clicked = gesture.travelled < REACH;
    return { stage: rest, effect: clicked ? { type: "selected", key: null } : null };
  }
  if (gesture.type !== "none") {
    return { stage: rest, effect: preview === null ? null : { type: "reshaped", ...preview } };
  }
  return context.tool === null ? still(rest) : drawing(stage, context.tool, "up", at);
}

export function doubleClick(stage: Stage, context: PointerContext, at: Point): Step {
  return context.tool === "polygon" ? drawing(stage, context.tool, "double", at) : still(stage);
}

function drawing(stage: Stage, tool: Shape, type: "down" | "move" | "up" | "double", at: Point): Step {
  return feed(stage, tool, { type, at: inImage(toImage(stage.view, at)), tolerance: tolerance(stage.view) });
}

function inImage([x, y]: Point): Point {
  return [Math.min(Math.max(x, 0), 1), Math.min(Math.max(y, 0), 1)];
}

/** Enter (close) and Backspace (back) reach the tool through here as well. */
export function feed(stage: Stage, tool: Shape, event: ToolEvent): Step {
  const { draft, region } = runTool(stage.draft, tool, event);
  return { stage: { ...stage, draft }, effect: region === null ? null : { type: "drawn", region } };
}

function runTool(
  draft: Draft | null,
  tool: Shape,
  event: ToolEvent,
): { draft: Draft | null; region: Region | null } {
  if (tool === "box") return boxTool(draft?.tool === "box" ? draft : null, event);
  if (tool === "polygon") return polygonTool(draft?.tool === "polygon" ? draft : null, event);
  return pointTool(draft?.tool === "point" ? draft : null, event);
}

export function previewOf(draft: Draft): Region {
  if (draft.tool === "box") return boxPreview(draft);
  if (draft.tool === "polygon") return polygonPreview(draft);
  return pointPreview(draft);
}
