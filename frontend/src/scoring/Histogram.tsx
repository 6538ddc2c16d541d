import { ChartFrame } from "../charts/ChartFrame";
import { formatCount, formatNumber } from "../ui/format";
import type { Metric } from "./types";

const WIDTH = 300;
const HEIGHT = 72;

interface Bin {
  key: string;
  low: number;
  high: number;
  count: number;
}

/** How one metric's values lie over the images of the project. */
export function Histogram({ metric }: { metric: Metric }) {
  const found = metric.distribution;
  if (!found || found.n === 0 || found.low === null || found.high === null) return null;
  const { low, high } = found;
  const width = (high - low) / found.counts.length;
  const bins: Bin[] = found.counts.map((count, place) => ({
    key: String(place),
    low: low + place * width,
    high: low + (place + 1) * width,
    count,
  }));
  const tallest = Math.max(...found.counts, 1);
  const step = WIDTH / bins.length;
  const write = (value: number | null) => formatNumber(value, digitsOf(high - low));
  const without = Object.entries(found.without).map(([status, count]) => `${formatCount(count)} ${status}`);
  return (
    <ChartFrame
      title={metric.name}
      level={3}
      finding={`Half of ${formatCount(found.n)} images lie from ${write(found.lower_quartile)} to ${write(found.upper_quartile)}, median ${write(found.median)}${without.length ? `; without a value: ${without.join(", ")}` : ""}.`}
      rows={bins}
      rowKey={(bin) => bin.key}
      columns={[
        { key: "low", head: "From", text: (bin) => write(bin.low), isRowHead: true },
        { key: "high", head: "To", text: (bin) => write(bin.high) },
        { key: "count", head: "Images", text: (bin) => bin.count, numeric: true },
      ]}
    >
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT + 16}`}
        className="histogram"
        role="img"
        aria-label={`Histogram of ${metric.name}`}
      >
        {bins.map((bin, place) => (
          <rect
            key={bin.key}
            x={place * step + 0.5}
            width={Math.max(step - 1, 1)}
            y={HEIGHT - (bin.count / tallest) * HEIGHT}
            height={(bin.count / tallest) * HEIGHT}
          >
            <title>{`${write(bin.low)} to ${write(bin.high)}: ${bin.count}`}</title>
          </rect>
        ))}
        <line x1={0} x2={WIDTH} y1={HEIGHT} y2={HEIGHT} />
        <text x={0} y={HEIGHT + 13}>
          {write(low)}
        </text>
        <text x={WIDTH} y={HEIGHT + 13} textAnchor="end">
          {write(high)}
        </text>
      </svg>
      <p className="hint">
        {metric.definition} {betterOf(metric)}
      </p>
    </ChartFrame>
  );
}

function betterOf(metric: Metric): string {
  if (metric.higher_is_better === null) return "Neither end is better by itself.";
  return metric.higher_is_better ? "Higher is better." : "Lower is better.";
}

function digitsOf(span: number): number {
  if (span === 0) return 3;
  return Math.max(0, Math.min(4, 2 - Math.floor(Math.log10(span))));
}
