/**
 * What part of the image is on the stage, as a value. Screen coordinates are CSS pixels of the stage,
 * image coordinates are relative (0..1), `scale` is CSS pixels per image pixel.
 */
import { clamp } from "./geometry";
import type { Point } from "./geometry";

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Viewport {
  readonly stage: Size;
  readonly image: Size;
  readonly scale: number;
  readonly x: number;
  readonly y: number;
  /** True while the view follows "fit": a resize of the stage then fits again. */
  readonly fitted: boolean;
}

export const MARGIN = 24;
/** From this many device pixels per image pixel on, pixels are drawn as squares. */
export const PIXEL_VIEW_FROM = 3;
/** From this many CSS pixels per image pixel on, a grid shows the pixels' borders. */
export const GRID_FROM = 10;
const LARGEST_SCALE = 40;
const KEPT_IN_SIGHT = 48;

export function fitScale(stage: Size, image: Size): number {
  const width = Math.max(stage.width - 2 * MARGIN, 1);
  const height = Math.max(stage.height - 2 * MARGIN, 1);
  return Math.min(width / Math.max(image.width, 1), height / Math.max(image.height, 1));
}

export function fit(stage: Size, image: Size): Viewport {
  const scale = fitScale(stage, image);
  return {
    stage,
    image,
    scale,
    x: (stage.width - image.width * scale) / 2,
    y: (stage.height - image.height * scale) / 2,
    fitted: true,
  };
}

/** The stage changed its size: fit again, or keep the middle of the picture in the middle. */
export function resizeStage(view: Viewport, stage: Size): Viewport {
  if (view.fitted) return fit(stage, view.image);
  return inSight({
    ...view,
    stage,
    x: view.x + (stage.width - view.stage.width) / 2,
    y: view.y + (stage.height - view.stage.height) / 2,
  });
}

/** Zoom by a factor with the image point under `at` (screen) staying where it is. */
export function zoomAround(view: Viewport, at: Point, factor: number): Viewport {
  const least = Math.min(fitScale(view.stage, view.image), 1) / 2;
  const scale = clamp(view.scale * factor, least, LARGEST_SCALE);
  const ratio = scale / view.scale;
  return inSight({
    ...view,
    scale,
    x: at[0] - (at[0] - view.x) * ratio,
    y: at[1] - (at[1] - view.y) * ratio,
    fitted: false,
  });
}

export function panBy(view: Viewport, dx: number, dy: number): Viewport {
  return inSight({ ...view, x: view.x + dx, y: view.y + dy, fitted: false });
}

/** Bring an image point to the middle of the stage, at least at `scale`. */
export function centreOn(view: Viewport, [x, y]: Point, scale: number): Viewport {
  const next = Math.max(view.scale, scale);
  return inSight({
    ...view,
    scale: next,
    x: view.stage.width / 2 - x * view.image.width * next,
    y: view.stage.height / 2 - y * view.image.height * next,
    fitted: false,
  });
}

function inSight(view: Viewport): Viewport {
  const width = view.image.width * view.scale;
  const height = view.image.height * view.scale;
  return {
    ...view,
    x: clamp(view.x, Math.min(KEPT_IN_SIGHT - width, 0), Math.max(view.stage.width - KEPT_IN_SIGHT, 0)),
    y: clamp(view.y, Math.min(KEPT_IN_SIGHT - height, 0), Math.max(view.stage.height - KEPT_IN_SIGHT, 0)),
  };
}

export function toImage(view: Viewport, [sx, sy]: Point): Point {
  return [(sx - view.x) / (view.image.width * view.scale), (sy - view.y) / (view.image.height * view.scale)];
}

export function toScreen(view: Viewport, [x, y]: Point): Point {
  return [view.x + x * view.image.width * view.scale, view.y + y * view.image.height * view.scale];
}

export type PixelView = "auto" | "on" | "off";

export function smoothing(scale: number, ratio: number, mode: PixelView): boolean {
  if (mode !== "auto") return mode === "off";
  return scale * ratio < PIXEL_VIEW_FROM;
}

/** Wheel travel to a zoom factor: one notch (100 px) is a fifth; a line or page wheel counts as 16 or 400 px. */
export function wheelFactor(delta: number, mode: number): number {
  const pixels = mode === 1 ? delta * 16 : mode === 2 ? delta * 400 : delta;
  return Math.exp(-clamp(pixels, -300, 300) * 0.0018);
}
