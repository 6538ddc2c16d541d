/** One stage while it lives: keeps its value, takes pointer and wheel events, hands effects on. */
import type { MouseEvent as ReactMouseEvent, PointerEvent as ReactPointerEvent } from "react";
import type { Point } from "./geometry";
import * as store from "./store";
import type { Effect, PointerContext, Stage, Step } from "./store";
import { centreOn, fit, panBy, resizeStage, wheelFactor, zoomAround } from "./viewport";
import type { Size, Viewport } from "./viewport";

export interface StageHandle {
  zoom: (factor: number) => void;
  fit: () => void;
  pan: (dx: number, dy: number) => void;
  centreOn: (at: Point) => void;
  /** Enter: closes a polygon or box under way. False when nothing is under way. */
  closeDraft: () => boolean;
  /** Backspace: takes the last corner back. False when nothing is under way. */
  backDraft: () => boolean;
  cancelDraft: () => boolean;
}

export interface Seen {
  /** The image this value is about. */
  readonly imageKey: string;
  readonly stage: Stage;
  /** Where the pointer is over the stage, or null. */
  readonly pointer: Point | null;
}

export interface StageMachine {
  read: () => Seen;
  subscribe: (listener: () => void) => () => void;
  /** What the next event will meet: armed tool, marks, and who hears the effects. */
  attend: (context: PointerContext, onEffect: (effect: Effect) => void) => void;
  show: (imageKey: string, image: Size, keepZoom: boolean) => void;
  measure: (size: Size) => void;
  wheel: (at: Point, delta: number, mode: number) => void;
  handle: StageHandle;
  listeners: {
    onPointerDown: (event: ReactPointerEvent<HTMLDivElement>) => void;
    onPointerMove: (event: ReactPointerEvent<HTMLDivElement>) => void;
    onPointerUp: (event: ReactPointerEvent<HTMLDivElement>) => void;
    onPointerLeave: () => void;
    onDoubleClick: (event: ReactMouseEvent<HTMLDivElement>) => void;
  };
}

const NOBODY: PointerContext = { tool: null, placed: [], selected: null };

export function createStageMachine(imageKey: string, image: Size): StageMachine {
  let seen: Seen = { imageKey, stage: store.emptyStage(fit({ width: 0, height: 0 }, image)), pointer: null };
  let context = NOBODY;
  let tell: (effect: Effect) => void = () => undefined;
  const heard = new Set<() => void>();

  const set = (next: Seen) => {
    if (next === seen) return;
    seen = next;
    for (const listener of heard) listener();
  };
  const apply = ({ stage, effect }: Step) => {
    if (stage !== seen.stage) set({ ...seen, stage });
    if (effect !== null) tell(effect);
  };
  const look = (change: (view: Viewport) => Viewport) => {
    apply({ stage: store.withView(seen.stage, change(seen.stage.view)), effect: null });
  };
  const whileDrawing = (run: () => Step): boolean => {
    if (seen.stage.draft === null) return false;
    apply(run());
    return true;
  };

  return {
    read: () => seen,
    subscribe(listener) {
      heard.add(listener);
      return () => heard.delete(listener);
    },
    attend(next, onEffect) {
      context = next;
      tell = onEffect;
      // A draft without its tool is over: Escape, or another finding was chosen.
      if (seen.stage.draft !== null && seen.stage.draft.tool !== next.tool) {
        set({ ...seen, stage: { ...seen.stage, draft: null } });
      }
    },
    show(key, size, keepZoom) {
      if (key === seen.imageKey) return;
      const { view } = seen.stage;
      const sameFrame = view.image.width === size.width && view.image.height === size.height;
      set({
        ...seen,
        imageKey: key,
        stage: store.emptyStage(keepZoom && sameFrame ? view : fit(view.stage, size)),
      });
    },
    measure: (size) => look((view) => resizeStage(view, size)),
    wheel: (at, delta, mode) => look((view) => zoomAround(view, at, wheelFactor(delta, mode))),
    handle: {
      zoom: (factor) =>
        look((view) => zoomAround(view, [view.stage.width / 2, view.stage.height / 2], factor)),
      fit: () => look((view) => fit(view.stage, view.image)),
      pan: (dx, dy) => look((view) => panBy(view, dx, dy)),
      centreOn: (at) => look((view) => centreOn(view, at, view.scale)),
      closeDraft: () => whileDrawing(() => store.feed(seen.stage, context.tool ?? "box", { type: "close" })),
      backDraft: () => whileDrawing(() => store.feed(seen.stage, context.tool ?? "box", { type: "back" })),
      cancelDraft: () => whileDrawing(() => ({ stage: { ...seen.stage, draft: null }, effect: null })),
    },
    listeners: {
      onPointerDown(event) {
        if (event.button > 1) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        apply(
          store.pointerDown(seen.stage, context, placeOf(event.currentTarget, event), event.button === 1),
        );
      },
      onPointerMove(event) {
        const at = placeOf(event.currentTarget, event);
        set({ ...seen, pointer: at });
        apply(store.pointerMove(seen.stage, context, at));
      },
      onPointerUp(event) {
        apply(store.pointerUp(seen.stage, context, placeOf(event.currentTarget, event)));
      },
      onPointerLeave() {
        set({ ...seen, pointer: null });
      },
      onDoubleClick(event) {
        apply(store.doubleClick(seen.stage, context, placeOf(event.currentTarget, event)));
      },
    },
  };
}

export function placeOf(node: HTMLElement, event: { clientX: number; clientY: number }): Point {
  const frame = node.getBoundingClientRect();
  return [event.clientX - frame.left, event.clientY - frame.top];
}
