import type { ReactNode } from "react";
import { Link } from "wouter";
import { formatCount, formatInterval, formatShare, type Interval } from "../ui/format";
import { ChartFrame, type TwinColumn } from "./ChartFrame";
import { percentScale, ticksOf, type Domain } from "./scale";

export interface BarRow {
  key: string;
  label: string;
  /** Length of the whole bar; null with a `reason`. */
  value: number | null;
  interval: Interval | null;
  n: number | null;
  href?: string;
  isWeak?: boolean;
  reason?: string | null;
  /** Value of each part by its key; they add up to `value`. */
  parts?: Readonly<Record<string, number>>;
}

export interface BarPart {
  key: string;
  label: string;
}

export interface BarsProps {
  title: string;
  finding: ReactNode;
  rows: readonly BarRow[];
  rowLabel: string;
  valueLabel: string;
  nLabel?: string;
  /** Stacks each bar by these, in this order (severity levels, at most 5: lightest first). */
  parts?: readonly BarPart[];
  /** Right end; default the largest value or interval. */
  max?: number;
  format?: (value: number) => string;
  /** Of the heading; 3 inside a Panel with a title. */
  level?: 2 | 3;
}

const HEIGHT = 24;

/** Horizontal bars from 0 with the interval as a whisker. */
export function Bars(props: BarsProps) {
  const { title, finding, rows, rowLabel, valueLabel, nLabel = "n", parts } = props;
  const format = props.format ?? ((value: number) => formatShare(value));
  const ends = rows.flatMap((row) => [row.value ?? 0, row.interval?.[1] ?? 0]);
  const domain: Domain = [0, props.max ?? (Math.max(...ends, 0) || 1)];
  return (
    <ChartFrame
      title={title}
      level={props.level}
      finding={finding}
      rows={rows}
      rowKey={(row) => row.key}
      columns={twinColumns(props, format)}
      legend={parts && <PartLegend parts={parts} />}
    >
      <div className="chart-scroll">
        <table className="table forest bars">
          <caption className="visually-hidden">{title}</caption>
          <thead>
            <tr>
              <th scope="col">{rowLabel}</th>
              <th scope="col" className="number">
                {nLabel}
              </th>
              <th className="plot" aria-hidden="true" />
              <th scope="col" className="number">
                {valueLabel}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.key}>
                <th scope="row">{row.href ? <Link href={row.href}>{row.label}</Link> : row.label}</th>
                <td className="number">{formatCount(row.n)}</td>
                <td className="plot" aria-hidden="true">
                  <Bar row={row} parts={parts} domain={domain} />
                </td>
                <td className="number">
                  {row.value === null ? (
                    <span className="muted">{row.reason ?? "not defined"}</span>
                  ) : (
                    <>
                      <strong>{format(row.value)}</strong>{" "}
                      <span className="muted">
                        {row.interval ? `(${formatInterval(row.interval, format)})` : (row.reason ?? "")}
                      </span>
                    </>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </ChartFrame>
  );
}

function Bar({ row, parts, domain }: { row: BarRow; parts: readonly BarPart[] | undefined; domain: Domain }) {
  const place = percentScale(domain);
  const start = Number.parseFloat(place(0));
  const lengthOf = (from: number, to: number) =>
    `${(Number.parseFloat(place(to)) - Number.parseFloat(place(from))).toFixed(2)}%`;
  const pieces = piecesOf(row, parts);
  return (
    <svg width="100%" height={HEIGHT}>
      {ticksOf(domain, 5).map((tick) => (
        <line key={tick} className="gridline" x1={place(tick)} x2={place(tick)} y1="0" y2={HEIGHT} />
      ))}
      {pieces.map((piece) => (
        <rect
          key={piece.key}
          x={place(piece.from)}
          width={lengthOf(piece.from, piece.to)}
          y="5"
          height={HEIGHT - 10}
          className={row.isWeak ? "weak" : undefined}
          style={piece.level && !row.isWeak ? { fill: `var(--level-${piece.level})` } : {}}
        />
      ))}
      {row.interval && row.value !== null && (
        <Whisker low={place(row.interval[0])} high={place(row.interval[1])} />
      )}
      <line className="axis" x1={`${start}%`} x2={`${start}%`} y1="0" y2={HEIGHT} />
    </svg>
  );
}

function Whisker({ low, high }: { low: string; high: string }) {
  const middle = HEIGHT / 2;
  return (
    <>
      {["whisker halo", "whisker"].map((className) => (
        <g key={className} className={className}>
          <line x1={low} x2={high} y1={middle} y2={middle} />
          <line x1={low} x2={low} y1={middle - 4} y2={middle + 4} />
          <line x1={high} x2={high} y1={middle - 4} y2={middle + 4} />
        </g>
      ))}
    </>
  );
}

interface Piece {
  key: string;
  from: number;
  to: number;
  level: number | null;
}

function piecesOf(row: BarRow, parts: readonly BarPart[] | undefined): Piece[] {
  if (row.value === null) return [];
  if (!parts || !row.parts) return [{ key: "all", from: 0, to: row.value, level: null }];
  let from = 0;
  return parts.map((part, place) => {
    const to = from + (row.parts?.[part.key] ?? 0);
    const piece = { key: part.key, from, to, level: levelOf(place, parts.length) };
    from = to;
    return piece;
  });
}

/** Spreads few levels over the five shades, so that two levels do not look alike. */
function levelOf(place: number, count: number): number {
  return count <= 1 ? 4 : 1 + Math.round((place * 4) / (count - 1));
}

function PartLegend({ parts }: { parts: readonly BarPart[] }) {
  return (
    <ul className="legend">
      {parts.map((part, place) => (
        <li key={part.key}>
          <span
            className="swatch"
            style={{ background: `var(--level-${levelOf(place, parts.length)})` }}
            aria-hidden="true"
          />
          {part.label}
        </li>
      ))}
    </ul>
  );
}

function twinColumns(props: BarsProps, format: (value: number) => string): TwinColumn<BarRow>[] {
  const number = (
    key: string,
    head: string,
    read: (row: BarRow) => number | null | undefined,
  ): TwinColumn<BarRow> => ({
    key,
    head,
    text: (row) => read(row) ?? null,
    cell: (row) => {
      const value = read(row);
      return value == null ? "–" : format(value);
    },
    numeric: true,
  });
  return [
    {
      key: "label",
      head: props.rowLabel,
      text: (row) => row.label,
      cell: (row) => (row.href ? <Link href={row.href}>{row.label}</Link> : row.label),
      isRowHead: true,
    },
    {
      key: "n",
      head: props.nLabel ?? "n",
      text: (row) => row.n,
      cell: (row) => formatCount(row.n),
      numeric: true,
    },
    number("value", props.valueLabel, (row) => row.value),
    number("low", "95 % from", (row) => row.interval?.[0]),
    number("high", "to", (row) => row.interval?.[1]),
    ...(props.parts ?? []).map((part) =>
      number(`part-${part.key}`, part.label, (row) => row.parts?.[part.key]),
    ),
    { key: "reason", head: "Remark", text: (row) => row.reason ?? (row.isWeak ? "too few to tell" : "") },
  ];
}
