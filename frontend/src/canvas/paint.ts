/** Drawing the bitmap of a viewport: the only place that talks to a 2D context. */
import { toImage } from "./viewport";
import { GRID_FROM, smoothing } from "./viewport";
import type { PixelView, Viewport } from "./viewport";
import type { Point } from "./geometry";

/** Fits the canvas to the stage in device pixels and draws what the view shows. */
export function paint(
  canvas: HTMLCanvasElement,
  bitmap: ImageBitmap | null,
  view: Viewport,
  mode: PixelView,
): void {
  const ratio = window.devicePixelRatio || 1;
  const width = Math.round(view.stage.width * ratio);
  const height = Math.round(view.stage.height * ratio);
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext("2d");
  if (context === null) return;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, width, height);
  if (bitmap === null || bitmap.width === 0) return;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.imageSmoothingEnabled = smoothing(view.scale, ratio, mode);
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, view.x, view.y, view.image.width * view.scale, view.image.height * view.scale);
  if (view.scale >= GRID_FROM && mode !== "off") grid(context, view);
}

/** Borders of the pixels in sight, dark and thin enough to be seen past. */
function grid(context: CanvasRenderingContext2D, view: Viewport): void {
  const left = Math.max(0, Math.floor(-view.x / view.scale));
  const right = Math.min(view.image.width, Math.ceil((view.stage.width - view.x) / view.scale));
  const top = Math.max(0, Math.floor(-view.y / view.scale));
  const bottom = Math.min(view.image.height, Math.ceil((view.stage.height - view.y) / view.scale));
  context.beginPath();
  for (let x = left; x <= right; x += 1) {
    context.moveTo(view.x + x * view.scale, view.y + top * view.scale);
    context.lineTo(view.x + x * view.scale, view.y + bottom * view.scale);
  }
  for (let y = top; y <= bottom; y += 1) {
    context.moveTo(view.x + left * view.scale, view.y + y * view.scale);
    context.lineTo(view.x + right * view.scale, view.y + y * view.scale);
  }
  context.lineWidth = 0.5;
  context.strokeStyle = "rgb(128 128 128 / 45%)";
  context.stroke();
}

export const LOUPE_SIZE = 240;
export const LOUPE_FACTOR = 4;

/** The neighbourhood of a stage point, four times as large as it stands on the stage. */
export function paintLoupe(
  canvas: HTMLCanvasElement,
  bitmap: ImageBitmap,
  view: Viewport,
  at: Point,
  mode: PixelView,
): void {
  const ratio = window.devicePixelRatio || 1;
  const size = Math.round(LOUPE_SIZE * ratio);
  if (canvas.width !== size) canvas.width = size;
  if (canvas.height !== size) canvas.height = size;
  const context = canvas.getContext("2d");
  if (context === null || bitmap.width === 0) return;
  const scale = view.scale * LOUPE_FACTOR;
  const [x, y] = toImage(view, at);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, LOUPE_SIZE, LOUPE_SIZE);
  context.imageSmoothingEnabled = smoothing(scale, ratio, mode);
  context.imageSmoothingQuality = "high";
  const left = LOUPE_SIZE / 2 - x * view.image.width * scale;
  const top = LOUPE_SIZE / 2 - y * view.image.height * scale;
  context.drawImage(bitmap, left, top, view.image.width * scale, view.image.height * scale);
}
