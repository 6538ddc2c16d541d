/** Drawing a polygon: one click a corner; Enter, a double click or the first corner again closes it. */
import { polygonRegion } from "../geometry";
import type { Point, Region } from "../geometry";
import type { ToolEvent, ToolStep } from "./step";

export interface PolygonDraft {
  readonly tool: "polygon";
  readonly points: readonly Point[];
  readonly pointer: Point;
}

export function polygonTool(draft: PolygonDraft | null, event: ToolEvent): ToolStep<PolygonDraft> {
  switch (event.type) {
    case "down":
      if (draft === null) return step({ tool: "polygon", points: [event.at], pointer: event.at });
      if (near(draft.points[0], event.at, event.tolerance)) return close(draft);
      // The first press of a double click already set this corner.
      if (near(draft.points.at(-1), event.at, event.tolerance)) return step(draft);
      return step({ ...draft, points: [...draft.points, event.at], pointer: event.at });
    case "move":
      return step(draft && { ...draft, pointer: event.at });
    case "up":
      return step(draft);
    case "double":
    case "close":
      return draft === null ? step(null) : close(draft);
    case "back":
      if (draft === null || draft.points.length <= 1) return step(null);
      return step({ ...draft, points: draft.points.slice(0, -1) });
  }
}

function step(draft: PolygonDraft | null): ToolStep<PolygonDraft> {
  return { draft, region: null };
}

function near(corner: Point | undefined, at: Point, [tx, ty]: Point): boolean {
  return corner !== undefined && Math.abs(corner[0] - at[0]) <= tx && Math.abs(corner[1] - at[1]) <= ty;
}

/** Fewer than three corners cannot be closed; the draft stays. */
function close(draft: PolygonDraft): ToolStep<PolygonDraft> {
  if (draft.points.length < 3) return step(draft);
  return { draft: null, region: polygonRegion(draft.points) };
}

export function polygonPreview(draft: PolygonDraft): Region {
  return { shape: "polygon", points: [...draft.points, draft.pointer] };
}
