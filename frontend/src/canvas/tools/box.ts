/** Drawing a box: press, drag, release; or click one corner, then the opposite one. */
import { boxRegion } from "../geometry";
import type { Point, Region } from "../geometry";
import type { ToolEvent, ToolStep } from "./step";

export interface BoxDraft {
  readonly tool: "box";
  readonly from: Point;
  readonly to: Point;
  /** After a click without a drag the box follows the pointer until the second click. */
  readonly following: boolean;
}

export function boxTool(draft: BoxDraft | null, event: ToolEvent): ToolStep<BoxDraft> {
  switch (event.type) {
    case "down":
      if (draft?.following) return finish({ ...draft, to: event.at }, event);
      return { draft: { tool: "box", from: event.at, to: event.at, following: false }, region: null };
    case "move":
      return { draft: draft && { ...draft, to: event.at }, region: null };
    case "up":
      if (draft === null || draft.following) return { draft, region: null };
      if (isClick(draft, event.at, event.tolerance))
        return { draft: { ...draft, following: true }, region: null };
      return finish({ ...draft, to: event.at }, event);
    case "close":
      return draft === null ? { draft, region: null } : done(draft);
    case "double":
    case "back":
      return { draft: null, region: null };
  }
}

function isClick(draft: BoxDraft, at: Point, [tx, ty]: Point): boolean {
  return Math.abs(at[0] - draft.from[0]) <= tx && Math.abs(at[1] - draft.from[1]) <= ty;
}

/** A second click on the first corner is no box: the draft goes on following. */
function finish(draft: BoxDraft, { tolerance }: { readonly tolerance: Point }): ToolStep<BoxDraft> {
  return isClick(draft, draft.to, tolerance) ? { draft, region: null } : done(draft);
}

function done(draft: BoxDraft): ToolStep<BoxDraft> {
  return { draft: null, region: boxRegion(draft.from, draft.to) };
}

export function boxPreview(draft: BoxDraft): Region {
  return boxRegion(draft.from, draft.to);
}
