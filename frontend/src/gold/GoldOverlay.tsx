import type { Region } from "../canvas/geometry";
import { bounds } from "../canvas/geometry";

/** The gold region over its picture, and thin beneath it everything that was drawn. */
export function GoldOverlay({ region, regions }: { region: unknown; regions: unknown }) {
  const all = Array.isArray(regions) ? (regions as readonly Region[]) : [];
  return (
    <svg viewBox="0 0 1 1" preserveAspectRatio="none" width="100%" height="100%" aria-hidden="true">
      {all.map((one, place) => (
        <Outline key={place} region={one} width={1} />
      ))}
      {region != null && <Outline region={region as Region} width={3} />}
    </svg>
  );
}

function Outline({ region, width }: { region: Region; width: number }) {
  const style = { fill: "none", stroke: "#ffb454", strokeWidth: width };
  if (region.shape === "polygon") {
    const points = region.points.map((point) => point.join(",")).join(" ");
    return <polygon points={points} style={style} vectorEffect="non-scaling-stroke" />;
  }
  const box = bounds(region);
  if (region.shape === "point") {
    return (
      <ellipse
        cx={box.x0}
        cy={box.y0}
        rx={0.012}
        ry={0.012}
        style={style}
        vectorEffect="non-scaling-stroke"
      />
    );
  }
  return (
    <rect
      x={box.x0}
      y={box.y0}
      width={box.x1 - box.x0}
      height={box.y1 - box.y0}
      style={style}
      vectorEffect="non-scaling-stroke"
    />
  );
}
