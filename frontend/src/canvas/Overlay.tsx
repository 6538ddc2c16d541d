import { bounds, HANDLES, handlePoint } from "./geometry";
import type { Region } from "./geometry";
import { previewOf } from "./store";
import type { Stage } from "./store";
import { toScreen } from "./viewport";
import type { Viewport } from "./viewport";

/** A finding on the picture. `name` is what a screen reader says; `tag` what stands beside the line ("AH2"). */
export interface Mark {
  readonly key: string;
  readonly region: Region;
  readonly tag: string;
  readonly name: string;
  readonly unsure: boolean;
  readonly faulty: boolean;
  /** Whose mark it is, where several people's lie over one another. Solid unless told. */
  readonly line?: "dashed" | "dotted";
}

interface OverlayProps {
  stage: Stage;
  marks: readonly Mark[];
  selected: string | null;
  visible: boolean;
  onSelect: (key: string) => void;
}

/** The findings as SVG elements: named, focusable, two pixels wide at every zoom. */
export function Overlay({ stage, marks, selected, visible, onSelect }: OverlayProps) {
  const { view, draft, preview } = stage;
  const chosen = marks.find(({ key }) => key === selected);
  return (
    <svg
      className="ts-overlay"
      width={view.stage.width}
      height={view.stage.height}
      role="group"
      aria-label="Findings on the image"
    >
      {visible &&
        marks.map((mark) => (
          <MarkShape
            key={mark.key}
            mark={preview?.key === mark.key ? { ...mark, region: preview.region } : mark}
            view={view}
            selected={mark.key === selected}
            onSelect={onSelect}
          />
        ))}
      {visible && chosen !== undefined && draft === null && (
        <Handles region={preview?.key === chosen.key ? preview.region : chosen.region} view={view} />
      )}
      {draft !== null && (
        <g className="ts-draft">
          <Outline region={previewOf(draft)} view={view} />
        </g>
      )}
    </svg>
  );
}

interface MarkShapeProps {
  mark: Mark;
  view: Viewport;
  selected: boolean;
  onSelect: (key: string) => void;
}

function MarkShape({ mark, view, selected, onSelect }: MarkShapeProps) {
  const box = bounds(mark.region);
  const [x, y] = toScreen(
    view,
    mark.region.shape === "point" ? (mark.region.points[0] ?? [0, 0]) : [box.x0, box.y0],
  );
  const offset = mark.region.shape === "point" ? 12 : 0;
  const classes = [
    "ts-mark",
    selected && "selected",
    mark.unsure && "unsure",
    mark.faulty && "faulty",
    mark.line,
  ];
  const width = 10 + mark.tag.length * 8;
  const tagX = Math.min(Math.max(x + offset - 1, 0), Math.max(view.stage.width - width, 0));
  const tagY = Math.max(y - (offset > 0 ? 10 : 21), 0);
  return (
    <g
      className={classes.filter(Boolean).join(" ")}
      role="group"
      aria-label={mark.name}
      aria-current={selected ? "true" : undefined}
      tabIndex={selected ? 0 : -1}
      onFocus={() => onSelect(mark.key)}
    >
      <Outline region={mark.region} view={view} />
      <rect className="ts-tag" x={tagX} y={tagY} width={width} height={20} rx={2} />
      <text className="ts-tag-text" x={tagX + width / 2} y={tagY + 14} textAnchor="middle">
        {mark.tag}
      </text>
    </g>
  );
}

/** A dark halo under a bright line, so that it is seen on any picture. */
function Outline({ region, view }: { region: Region; view: Viewport }) {
  return (
    <>
      <OutlineShape region={region} view={view} className="halo" />
      <OutlineShape region={region} view={view} className="line" />
    </>
  );
}

function OutlineShape({ region, view, className }: { region: Region; view: Viewport; className: string }) {
  if (region.shape === "point") {
    const [x, y] = toScreen(view, region.points[0] ?? [0, 0]);
    return (
      <path
        className={className}
        d={`M${x - 12} ${y}H${x - 4}M${x + 4} ${y}H${x + 12}M${x} ${y - 12}V${y - 4}M${x} ${y + 4}V${y + 12}`}
      />
    );
  }
  if (region.shape === "polygon") {
    const points = region.points.map((point) => toScreen(view, point).join(",")).join(" ");
    return <polygon className={className} points={points} />;
  }
  const box = bounds(region);
  const [x0, y0] = toScreen(view, [box.x0, box.y0]);
  const [x1, y1] = toScreen(view, [box.x1, box.y1]);
  return (
    <rect className={className} x={x0} y={y0} width={Math.max(x1 - x0, 1)} height={Math.max(y1 - y0, 1)} />
  );
}

function Handles({ region, view }: { region: Region; view: Viewport }) {
  if (region.shape === "point") return null;
  const box = bounds(region);
  return (
    <g className="ts-handles" aria-hidden="true">
      {HANDLES.map((handle) => {
        const [x, y] = toScreen(view, handlePoint(box, handle));
        return <rect key={handle} className={`handle ${handle}`} x={x - 4} y={y - 4} width={8} height={8} />;
      })}
    </g>
  );
}
