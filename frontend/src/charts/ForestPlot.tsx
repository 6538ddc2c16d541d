import type { ReactNode } from "react";
import { Link } from "wouter";
import { formatCount, formatInterval, formatNumber, type Interval } from "../ui/format";
import { ChartFrame, type TwinColumn } from "./ChartFrame";
import { percentScale, radiusOf, ticksOf, type Domain } from "./scale";

export interface ForestRow {
  key: string;
  label: string;
  /** Null with a `reason`. */
  value: number | null;
  interval: Interval | null;
  n: number | null;
  /** The images behind the number. */
  href?: string;
  /** Too few observations to read much into it: drawn grey and hollow. */
  isWeak?: boolean;
  /** Why there is no value or no interval. */
  reason?: string | null;
}

export interface ForestColumn {
  key: string;
  head: string;
  text: (row: ForestRow) => string;
}

export interface ForestPlotProps {
  title: string;
  finding: ReactNode;
  rows: readonly ForestRow[];
  /** What the value is: "Krippendorff's alpha". */
  valueLabel: string;
  /** What a row is: "Defect". */
  rowLabel: string;
  /** What n counts; default "n". */
  nLabel?: string;
  domain?: Domain;
  /** Vertical lines with a meaning, such as the least acceptable agreement. */
  references?: readonly { at: number; label: string }[];
  /** More columns between n and the plot, such as prevalence. */
  columns?: readonly ForestColumn[];
  format?: (value: number) => string;
  /** Of the heading; 3 inside a Panel with a title. */
  level?: 2 | 3;
}

/** One row per thing: a dot for the value (its area follows n) on a line for the interval. */
export function ForestPlot(props: ForestPlotProps) {
  const { title, finding, rows, rowLabel, valueLabel, nLabel = "n", references = [], columns = [] } = props;
  const format = props.format ?? ((value: number) => formatNumber(value));
  const domain = props.domain ?? domainOf(rows);
  const largest = Math.max(0, ...rows.map((row) => row.n ?? 0));
  return (
    <ChartFrame
      title={title}
      level={props.level}
      finding={finding}
      rows={rows}
      rowKey={(row) => row.key}
      columns={twinColumns(props, format)}
      legend={
        <p className="hint">
          Dot: {valueLabel}, larger with more {nLabel}. Line: 95 % interval. Hollow and grey: too few to tell.
          {references.map((reference) => ` Dashed line at ${format(reference.at)}: ${reference.label}.`)}
        </p>
      }
    >
      <div className="chart-scroll">
        <table className="table forest">
          <caption className="visually-hidden">{title}</caption>
          <thead>
            <tr>
              <th scope="col">{rowLabel}</th>
              <th scope="col" className="number">
                {nLabel}
              </th>
              {columns.map((column) => (
                <th key={column.key} scope="col" className="number">
                  {column.head}
                </th>
              ))}
              <th className="plot" aria-hidden="true">
                <Axis domain={domain} format={format} />
              </th>
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
                {columns.map((column) => (
                  <td key={column.key} className="number">
                    {column.text(row)}
                  </td>
                ))}
                <td className="plot" aria-hidden="true">
                  <Mark row={row} domain={domain} references={references} radius={radiusOf(row.n, largest)} />
                </td>
                <td className="number">{written(row, format)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </ChartFrame>
  );
}

function written(row: ForestRow, format: (value: number) => string): ReactNode {
  if (row.value === null) return <span className="muted">{row.reason ?? "not defined"}</span>;
  return (
    <>
      <strong>{format(row.value)}</strong>{" "}
      <span className="muted">
        {row.interval ? `(${formatInterval(row.interval, format)})` : (row.reason ?? "no interval")}
      </span>
    </>
  );
}

function Axis({ domain, format }: { domain: Domain; format: (value: number) => string }) {
  const place = percentScale(domain);
  return (
    <svg width="100%" height="16">
      {ticksOf(domain).map((tick) => (
        <text key={tick} x={place(tick)} y="12" textAnchor="middle" className="faint">
          {format(tick).replace(/(\.\d)0$/, "$1")}
        </text>
      ))}
    </svg>
  );
}

interface MarkProps {
  row: ForestRow;
  domain: Domain;
  references: readonly { at: number; label: string }[];
  radius: number;
}

function Mark({ row, domain, references, radius }: MarkProps) {
  const place = percentScale(domain);
  return (
    <svg width="100%" height="28" className={row.isWeak ? "mark weak" : "mark"}>
      {ticksOf(domain).map((tick) => (
        <line key={tick} className="gridline" x1={place(tick)} x2={place(tick)} y1="0" y2="28" />
      ))}
      {references.map((reference) => (
        <line
          key={reference.at}
          className="reference"
          x1={place(reference.at)}
          x2={place(reference.at)}
          y1="0"
          y2="28"
        />
      ))}
      {row.value !== null && row.interval && (
        <line className="interval" x1={place(row.interval[0])} x2={place(row.interval[1])} y1="14" y2="14" />
      )}
      {row.value !== null && <circle cx={place(row.value)} cy="14" r={radius} />}
    </svg>
  );
}

/** Covers values and intervals, and always 0 to 1 where the numbers lie in there. */
function domainOf(rows: readonly ForestRow[]): Domain {
  const ends = rows.flatMap((row) => [row.value, ...(row.interval ?? [])]).filter((end) => end !== null);
  const [low, high] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  if (low >= -1 && high <= 1) return [Math.max(-1, Math.min(0, Math.floor(low * 5) / 5)), 1];
  return [low, high];
}

function twinColumns(props: ForestPlotProps, format: (value: number) => string): TwinColumn<ForestRow>[] {
  const exact = (value: number | null | undefined) => (value == null ? null : Number(value.toPrecision(6)));
  const shown = (value: number | null | undefined) => (value == null ? "–" : format(value));
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
    ...(props.columns ?? []).map((column) => ({ ...column, numeric: true })),
    {
      key: "value",
      head: props.valueLabel,
      text: (row) => exact(row.value),
      cell: (row) => shown(row.value),
      numeric: true,
    },
    {
      key: "low",
      head: "95 % from",
      text: (row) => exact(row.interval?.[0]),
      cell: (row) => shown(row.interval?.[0]),
      numeric: true,
    },
    {
      key: "high",
      head: "to",
      text: (row) => exact(row.interval?.[1]),
      cell: (row) => shown(row.interval?.[1]),
      numeric: true,
    },
    { key: "reason", head: "Remark", text: (row) => row.reason ?? (row.isWeak ? "too few to tell" : "") },
  ];
}
