import { useEffect, useImperativeHandle, useLayoutEffect, useRef } from "react";
import type { Ref } from "react";
import "./canvas.css";
import { bounds } from "./geometry";
import type { Point, Region, Shape } from "./geometry";
import { Overlay } from "./Overlay";
import type { Mark } from "./Overlay";
import { LOUPE_SIZE, paint, paintLoupe } from "./paint";
import { toScreen } from "./viewport";
import type { PixelView, Size, Viewport } from "./viewport";
import { useStage } from "./useStage";
import type { StageHandle } from "./stage-machine";

export interface CanvasViewProps {
  ref?: Ref<StageHandle>;
  /** Another key is another image: the view is fitted again unless `keepZoom`. */
  imageKey: string;
  /** Name of the picture for people who do not see it. */
  label: string;
  size: Size;
  bitmap: ImageBitmap | null;
  /** Shown until the bitmap is there. */
  thumbnailUrl: string | null;
  marks: readonly Mark[];
  selected: string | null;
  tool: Shape | null;
  overlay: boolean;
  contrast: boolean;
  dimmed: boolean;
  loupe: boolean;
  keepZoom: boolean;
  pixelView: PixelView;
  onDrawn: (region: Region) => void;
  onSelect: (key: string | null) => void;
  onReshaped: (key: string, region: Region) => void;
  /** After the frame in which the whole decoded image stands on the screen. */
  onPainted: (imageKey: string, at: number) => void;
}

export function CanvasView({ ref, ...props }: CanvasViewProps) {
  const { imageKey, bitmap, marks, selected, tool, pixelView, onPainted } = props;
  const element = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { seen, machine } = useStage({
    element,
    imageKey,
    size: props.size,
    keepZoom: props.keepZoom,
    context: { tool, placed: props.overlay ? marks : [], selected },
    onEffect: (effect) => {
      if (effect.type === "drawn") props.onDrawn(effect.region);
      else if (effect.type === "selected") props.onSelect(effect.key);
      else props.onReshaped(effect.key, effect.region);
    },
  });
  useImperativeHandle(ref, () => machine.handle, [machine]);
  const { stage, pointer } = seen;
  const { view } = stage;
  // In the render that changes the image the view is still the old one: it is drawn once, in the next.
  const current = seen.imageKey === imageKey;

  useLayoutEffect(() => {
    if (canvas.current !== null && current) paint(canvas.current, bitmap, view, pixelView);
  }, [bitmap, view, pixelView, current]);
  useAfterPaint(bitmap === null ? null : imageKey, onPainted);

  const loupeAt = props.loupe && bitmap !== null ? (pointer ?? focusPoint(marks, selected, view)) : null;
  const classes = [
    "ts-stage",
    tool !== null && "drawing",
    stage.gesture.type === "pan" && "panning",
    props.dimmed && "dimmed",
  ];
  return (
    <div ref={element} className={classes.filter(Boolean).join(" ")} {...machine.listeners}>
      {bitmap === null && props.thumbnailUrl !== null && (
        <img
          className="ts-thumbnail"
          alt=""
          src={props.thumbnailUrl}
          style={{
            left: view.x,
            top: view.y,
            width: view.image.width * view.scale,
            height: view.image.height * view.scale,
          }}
        />
      )}
      <canvas
        ref={canvas}
        className={props.contrast ? "contrast" : undefined}
        role="img"
        aria-label={props.label}
      />
      <Overlay
        stage={stage}
        marks={marks}
        selected={selected}
        visible={props.overlay}
        onSelect={props.onSelect}
      />
      {loupeAt !== null && bitmap !== null && (
        <Loupe bitmap={bitmap} view={view} at={loupeAt} pixelView={pixelView} />
      )}
    </div>
  );
}

function Loupe({
  bitmap,
  view,
  at,
  pixelView,
}: {
  bitmap: ImageBitmap;
  view: Viewport;
  at: Point;
  pixelView: PixelView;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [x, y] = at;
  useLayoutEffect(() => {
    if (canvas.current !== null) paintLoupe(canvas.current, bitmap, view, [x, y], pixelView);
  }, [bitmap, view, x, y, pixelView]);
  const left = Math.min(Math.max(x - LOUPE_SIZE / 2, 4), Math.max(view.stage.width - LOUPE_SIZE - 4, 4));
  const top = Math.min(Math.max(y - LOUPE_SIZE / 2, 4), Math.max(view.stage.height - LOUPE_SIZE - 4, 4));
  return (
    <canvas
      ref={canvas}
      className="ts-loupe"
      aria-hidden="true"
      style={{ left, top, width: LOUPE_SIZE, height: LOUPE_SIZE }}
    />
  );
}

/** Without a pointer the loupe stands on the chosen finding, else in the middle. */
function focusPoint(marks: readonly Mark[], selected: string | null, view: Viewport): Point {
  const mark = marks.find(({ key }) => key === selected);
  if (mark === undefined) return [view.stage.width / 2, view.stage.height / 2];
  const box = bounds(mark.region);
  return toScreen(view, [(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2]);
}

/** Calls back once per image, in the first task after the frame that shows it. */
function useAfterPaint(ready: string | null, tell: (key: string, at: number) => void): void {
  const latest = useRef(tell);
  useEffect(() => {
    latest.current = tell;
  });
  useLayoutEffect(() => {
    if (ready === null) return;
    const channel = new MessageChannel();
    channel.port1.onmessage = () => latest.current(ready, performance.now());
    const frame = requestAnimationFrame(() => channel.port2.postMessage(null));
    return () => {
      cancelAnimationFrame(frame);
      channel.port1.close();
    };
  }, [ready]);
}
