/** Setting a point: it stands where the button was released. */
import { pointRegion } from "../geometry";
import type { Point, Region } from "../geometry";
import type { ToolEvent, ToolStep } from "./step";

export interface PointDraft {
  readonly tool: "point";
  readonly at: Point;
}

export function pointTool(draft: PointDraft | null, event: ToolEvent): ToolStep<PointDraft> {
  switch (event.type) {
    case "down":
      return { draft: { tool: "point", at: event.at }, region: null };
    case "move":
      return { draft: draft && { ...draft, at: event.at }, region: null };
    case "up":
      return draft === null ? { draft, region: null } : { draft: null, region: pointRegion(event.at) };
    case "close":
      return draft === null ? { draft, region: null } : { draft: null, region: pointRegion(draft.at) };
    case "double":
    case "back":
      return { draft: null, region: null };
  }
}

export function pointPreview(draft: PointDraft): Region {
  return pointRegion(draft.at);
}
