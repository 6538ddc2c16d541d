import { useEffect, useRef, useState } from "react";
import { CanvasView } from "../canvas/CanvasView";
import type { Region, Shape } from "../canvas/geometry";
import type { StageHandle } from "../canvas/stage-machine";
import { loadBitmap } from "../queue/pool";
import { visible } from "../taxonomy/visible";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { TextField } from "../ui/fields";
import { regionFrom } from "./examples";
import type { HeldRegion } from "./held";
import { pictureAddress } from "./pictures";

interface RegionDialogProps {
  sha256: string;
  caption: string;
  region: HeldRegion | null;
  onClose: () => void;
  onDone: (region: HeldRegion | null) => void;
}

const FRESH: Record<Shape, HeldRegion["points"]> = {
  box: [
    [0.25, 0.25],
    [0.75, 0.75],
  ],
  point: [[0.5, 0.5]],
  polygon: [
    [0.5, 0.25],
    [0.75, 0.75],
    [0.25, 0.75],
  ],
};
const CORNERS = ["top left", "bottom right"];

/** Where in the picture the example shows what it shows: drawn with the pointer, or by numbers. */
export function RegionDialog({ sha256, caption, region, onClose, onDone }: RegionDialogProps) {
  const bitmap = useBitmap(sha256);
  const [now, setNow] = useState<HeldRegion | null>(region);
  const [tool, setTool] = useState<Shape | null>(region ? null : "box");
  const stage = useRef<StageHandle>(null);
  const take = (drawn: Region) => {
    setNow(regionFrom(drawn));
    setTool(null);
  };
  return (
    <Dialog
      title="Region of the example"
      size="wide"
      isOpen
      isKept
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          {region && <Button onClick={() => onDone(null)}>Remove the region</Button>}
          <Button kind="primary" disabled={!now || !isSound(now)} onClick={() => onDone(now && tidied(now))}>
            Use this region
          </Button>
        </>
      }
    >
      <div className="stack">
        <div className="row" role="group" aria-label="Draw with the pointer">
          {(["box", "polygon", "point"] as const).map((shape) => (
            <Button key={shape} small aria-pressed={tool === shape} onClick={() => setTool(shape)}>
              Draw a {shape}
            </Button>
          ))}
          {tool === "polygon" && (
            <Button small onClick={() => stage.current?.closeDraft()}>
              Close the polygon
            </Button>
          )}
        </div>
        <div className="region-stage" data-testid="region-stage">
          {bitmap === "failed" && <p>The picture cannot be shown.</p>}
          {bitmap !== "failed" && bitmap && (
            <CanvasView
              ref={stage}
              imageKey={sha256}
              label={visible(caption) || "Example"}
              size={{ width: bitmap.width, height: bitmap.height }}
              bitmap={bitmap}
              thumbnailUrl={null}
              marks={
                now
                  ? [{ key: "region", region: now, tag: "", name: "Region", unsure: false, faulty: false }]
                  : []
              }
              selected={now && tool === null ? "region" : null}
              tool={tool}
              overlay
              contrast={false}
              dimmed={false}
              loupe={false}
              keepZoom={false}
              pixelView="auto"
              onDrawn={take}
              onSelect={() => undefined}
              onReshaped={(_, changed) => take(changed)}
              onPainted={() => undefined}
            />
          )}
        </div>
        <ByNumbers
          now={now}
          onChange={(next) => {
            setNow(next);
            setTool(null);
          }}
        />
      </div>
    </Dialog>
  );
}

function ByNumbers({ now, onChange }: { now: HeldRegion | null; onChange: (next: HeldRegion) => void }) {
  const start = (shape: Shape) => onChange({ shape, points: FRESH[shape] });
  const put = (place: number, axis: 0 | 1, value: number) =>
    now &&
    onChange({
      ...now,
      points: now.points.map((point, n) => {
        if (n !== place) return point;
        return axis === 0 ? [value, point[1]] : [point[0], value];
      }),
    });
  return (
    <fieldset className="field">
      <legend>By numbers, 0 to 1 of width and height</legend>
      <div className="row">
        {(["box", "polygon", "point"] as const).map((shape) => (
          <Button key={shape} small kind="quiet" onClick={() => start(shape)}>
            Place a {shape}
          </Button>
        ))}
        {now?.shape === "polygon" && (
          <>
            <Button
              small
              kind="quiet"
              onClick={() => onChange({ ...now, points: [...now.points, [0.5, 0.5]] })}
            >
              Add a corner
            </Button>
            <Button
              small
              kind="quiet"
              disabled={now.points.length < 4}
              onClick={() => onChange({ ...now, points: now.points.slice(0, -1) })}
            >
              Take the last corner away
            </Button>
          </>
        )}
      </div>
      {now?.points.map((point, place) => (
        <div className="region-numbers" key={place}>
          {([0, 1] as const).map((axis) => (
            <TextField
              key={axis}
              label={`${axis === 0 ? "Across" : "Down"}, ${nameOf(now, place)}`}
              type="number"
              value={String(point[axis])}
              min={0}
              max={1}
              step={0.01}
              onChange={(text) => put(place, axis, Math.min(1, Math.max(0, Number(text) || 0)))}
            />
          ))}
        </div>
      ))}
      {now && !isSound(now) && <span className="field-error">The two corners must lie apart.</span>}
    </fieldset>
  );
}

function nameOf(region: HeldRegion, place: number): string {
  if (region.shape === "point") return "point";
  return region.shape === "box" ? (CORNERS[place] ?? "corner") : `corner ${place + 1}`;
}

function isSound({ shape, points: [first, second] }: HeldRegion): boolean {
  if (shape !== "box" || !first || !second) return true;
  return first[0] !== second[0] && first[1] !== second[1];
}

/** The corners of a box in the order of a file: top left first. */
function tidied(region: HeldRegion): HeldRegion {
  const [first, second] = region.points;
  if (region.shape !== "box" || !first || !second) return region;
  return {
    shape: "box",
    points: [
      [Math.min(first[0], second[0]), Math.min(first[1], second[1])],
      [Math.max(first[0], second[0]), Math.max(first[1], second[1])],
    ],
  };
}

function useBitmap(sha256: string): ImageBitmap | "failed" | null {
  const [bitmap, setBitmap] = useState<ImageBitmap | "failed" | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    loadBitmap(pictureAddress(sha256), abort.signal).then(setBitmap, () => {
      if (!abort.signal.aborted) setBitmap("failed");
    });
    return () => abort.abort();
  }, [sha256]);
  return bitmap;
}
