import { scaleLinear, scaleTime } from "d3-scale";
import { useLayoutEffect, useRef, useState, type ReactNode } from "react";
import { formatDay, formatInterval, formatNumber, type Interval } from "../ui/format";
import { ChartFrame } from "./ChartFrame";
import type { Domain } from "./scale";

export interface LinePoint {
  /** A number, or an ISO moment where the chart's `x` is "time". */
  x: number | string;
  /** Null breaks the line. */
  y: number | null;
  interval?: Interval | null;
  n?: number | null;
}

export interface LineSeries {
  key: string;
  label: string;
  points: readonly LinePoint[];
  /** Dashed: a forecast, a goal. */
  isDashed?: boolean;
}

export interface LineBandProps {
  title: string;
  finding: ReactNode;
  /** At most 7; told apart by a direct name at the end, not by colour alone. */
  series: readonly LineSeries[];
  x?: "number" | "time";
  xLabel: string;
  yLabel: string;
  yDomain?: Domain;
  format?: (value: number) => string;
  formatX?: (value: number) => string;
  references?: readonly { at: number; label: string }[];
  height?: number;
  /** Of the heading; 3 inside a Panel with a title. */
  level?: 2 | 3;
}

const MARGIN = { top: 26, right: 120, bottom: 40, left: 56 };

interface TwinRow {
  key: string;
  series: string;
  point: LinePoint;
}

/** Lines over time or over a number, each with its interval as a band. */
export function LineBand(props: LineBandProps) {
  const { title, finding, series, xLabel, yLabel } = props;
  const format = props.format ?? ((value: number) => formatNumber(value));
  const isTime = props.x === "time";
  const writeX = (x: LinePoint["x"]) =>
    typeof x === "string" ? formatDay(x) : props.formatX ? props.formatX(x) : String(x);
  const rows: TwinRow[] = series.flatMap((one) =>
    one.points.map((point) => ({ key: `${one.key} ${point.x}`, series: one.label, point })),
  );
  return (
    <ChartFrame
      title={title}
      level={props.level}
      finding={finding}
      rows={rows}
      rowKey={(row) => row.key}
      columns={[
        { key: "series", head: "Series", text: (row) => row.series, isRowHead: true },
        {
          key: "x",
          head: xLabel,
          text: (row) => row.point.x,
          cell: (row) => writeX(row.point.x),
          numeric: !isTime,
        },
        {
          key: "y",
          head: yLabel,
          text: (row) => row.point.y,
          cell: (row) => (row.point.y === null ? "–" : format(row.point.y)),
          numeric: true,
        },
        {
          key: "low",
          head: "95 % from",
          text: (row) => row.point.interval?.[0],
          cell: (row) => endOf(row.point, 0, format),
          numeric: true,
        },
        {
          key: "high",
          head: "to",
          text: (row) => row.point.interval?.[1],
          cell: (row) => endOf(row.point, 1, format),
          numeric: true,
        },
        { key: "n", head: "n", text: (row) => row.point.n, numeric: true },
      ]}
    >
      <Picture {...props} format={format} />
    </ChartFrame>
  );
}

function endOf(point: LinePoint, end: 0 | 1, format: (value: number) => string): string {
  return point.interval ? format(point.interval[end]) : "–";
}

type PictureProps = LineBandProps & { format: (value: number) => string };

function Picture({
  series,
  x,
  xLabel,
  yLabel,
  yDomain,
  format,
  formatX,
  references = [],
  height = 260,
  title,
}: PictureProps) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const inner = { right: width - MARGIN.right, bottom: height - MARGIN.bottom };
  const at = (point: LinePoint) => (typeof point.x === "string" ? Date.parse(point.x) : point.x);
  const points = series.flatMap((one) => one.points);
  const xs = points.map(at);
  const ys = points
    .flatMap((point) => [point.y, ...(point.interval ?? [])])
    .filter((value) => value !== null);
  const xEnds: [number, number] = [Math.min(...xs), Math.max(...xs)];
  const horizontal =
    x === "time"
      ? scaleTime(xEnds, [MARGIN.left, inner.right])
      : scaleLinear(xEnds, [MARGIN.left, inner.right]);
  const low = Math.min(0, ...ys, ...references.map((one) => one.at));
  const high = Math.max(...ys, ...references.map((one) => one.at));
  const vertical = scaleLinear(yDomain ? [...yDomain] : [low, high || 1], [inner.bottom, MARGIN.top]).nice();
  const px = (point: LinePoint) => horizontal(at(point));
  const xTicks = horizontal.ticks(Math.max(2, Math.floor((inner.right - MARGIN.left) / 110))).map(Number);
  const labelYs = spread(
    series.map((one) => vertical(one.points.findLast((point) => point.y !== null)?.y ?? low)),
  );
  const labelX = x === "time" ? timeLabels(xEnds) : null;
  if (points.length === 0) return <p className="muted">No points yet.</p>;
  return (
    <div ref={frame}>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={`${title}. The same numbers are in the table view.`}
      >
        {vertical.ticks(5).map((tick) => (
          <g key={tick}>
            <line
              className="gridline"
              x1={MARGIN.left}
              x2={inner.right}
              y1={vertical(tick)}
              y2={vertical(tick)}
            />
            <text className="faint" x={MARGIN.left - 8} y={vertical(tick) + 4} textAnchor="end">
              {format(tick)}
            </text>
          </g>
        ))}
        {xTicks.map((tick) => (
          <text key={tick} className="faint" x={horizontal(tick)} y={inner.bottom + 16} textAnchor="middle">
            {labelX ? labelX(new Date(tick)) : formatX ? formatX(tick) : tick.toLocaleString("en")}
          </text>
        ))}
        <text className="faint" x={inner.right} y={height - 6} textAnchor="end">
          {xLabel}
        </text>
        <text className="faint" x={0} y="10">
          {yLabel}
        </text>
        {references.map((one) => (
          <g key={one.label}>
            <line
              className="reference"
              x1={MARGIN.left}
              x2={inner.right}
              y1={vertical(one.at)}
              y2={vertical(one.at)}
            />
            <text className="faint" x={MARGIN.left + 6} y={vertical(one.at) - 5}>
              {one.label}
            </text>
          </g>
        ))}
        {series.map((one, place) => (
          <Line
            key={one.key}
            series={one}
            place={place}
            isOnly={series.length === 1}
            labelY={labelYs[place] ?? 0}
            px={px}
            vertical={vertical}
          />
        ))}
      </svg>
    </div>
  );
}

interface LineProps {
  series: LineSeries;
  place: number;
  isOnly: boolean;
  labelY: number;
  px: (point: LinePoint) => number;
  vertical: (value: number) => number;
}

function Line({ series, place, isOnly, labelY, px, vertical }: LineProps) {
  const known = series.points.filter((point): point is LinePoint & { y: number } => point.y !== null);
  const last = known.at(-1);
  const colour = isOnly ? {} : { "--series": `var(--cat-${(place % 7) + 1})` };
  return (
    <g style={colour as React.CSSProperties}>
      <path className="band" d={bandPath(series.points, px, vertical)} />
      <path
        className="series-line"
        d={linePath(series.points, px, vertical)}
        strokeDasharray={series.isDashed ? "6 4" : undefined}
      />
      {known.length <= 40 &&
        known.map((point) => (
          <circle key={String(point.x)} className="series-dot" cx={px(point)} cy={vertical(point.y)} r="3">
            <title>{`${series.label}: ${formatNumber(point.y)} ${point.interval ? `(${formatInterval(point.interval)})` : ""}`}</title>
          </circle>
        ))}
      {last && (
        <text className="series-name" x={px(last) + 8} y={labelY + 4}>
          {series.label}
        </text>
      )}
    </g>
  );
}

const WITHIN_DAYS = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
});
const BY_DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });

function timeLabels([first, last]: readonly [number, number]): (moment: Date) => string {
  const format = last - first < 2 * 86_400_000 ? WITHIN_DAYS : BY_DAY;
  return (moment) => format.format(moment);
}

/** Moves heights apart so that names at the ends of lines do not lie on one another. */
export function spread(heights: readonly number[], gap = 15): number[] {
  const order = heights.map((height, place) => ({ height, place })).sort((a, b) => a.height - b.height);
  let floor = -Infinity;
  for (const one of order) {
    one.height = Math.max(one.height, floor);
    floor = one.height + gap;
  }
  return order.sort((a, b) => a.place - b.place).map((one) => one.height);
}

export function linePath(
  points: readonly LinePoint[],
  px: (point: LinePoint) => number,
  py: (value: number) => number,
): string {
  let isDown = false;
  return points
    .map((point) => {
      if (point.y === null) {
        isDown = false;
        return "";
      }
      const command = isDown ? "L" : "M";
      isDown = true;
      return `${command}${px(point).toFixed(1)},${py(point.y).toFixed(1)}`;
    })
    .join("");
}

function bandPath(
  points: readonly LinePoint[],
  px: (point: LinePoint) => number,
  py: (value: number) => number,
): string {
  const held = points.filter((point): point is LinePoint & { interval: Interval } => point.interval != null);
  if (held.length < 2) return "";
  const upper = held.map((point) => `${px(point).toFixed(1)},${py(point.interval[1]).toFixed(1)}`);
  const lower = held.map((point) => `${px(point).toFixed(1)},${py(point.interval[0]).toFixed(1)}`).reverse();
  return `M${[...upper, ...lower].join("L")}Z`;
}

function useWidth(frame: React.RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(720);
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry && entry.contentRect.width > 0) setWidth(Math.max(320, entry.contentRect.width));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [frame]);
  return width;
}
