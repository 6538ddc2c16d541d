/** What every drawing tool takes and gives: a tool is a function of its draft and one event. */
import type { Point, Region } from "../geometry";

export type ToolEvent =
  | { readonly type: "down" | "move" | "up"; readonly at: Point; readonly tolerance: Point }
  | { readonly type: "double"; readonly at: Point; readonly tolerance: Point }
  /** Enter. */
  | { readonly type: "close" }
  /** Backspace: take the last vertex back. */
  | { readonly type: "back" };

export interface ToolStep<Draft> {
  readonly draft: Draft | null;
  /** The finished region, in the step that finished it. */
  readonly region: Region | null;
}
