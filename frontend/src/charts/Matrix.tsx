import { useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { Link } from "wouter";
import { formatCount, formatNumber } from "../ui/format";
import { ChartFrame, type TwinColumn } from "./ChartFrame";
import { ramp, type Domain, type Ramp } from "./scale";

export interface MatrixCell {
  row: string;
  column: string;
  /** Null: nothing to say; `reason` says why. */
  value: number | null;
  n?: number | null;
  href?: string;
  isWeak?: boolean;
  reason?: string | null;
}

export interface MatrixAxis {
  key: string;
  label: string;
}

export interface MatrixProps {
  title: string;
  finding: ReactNode;
  rows: readonly MatrixAxis[];
  columns: readonly MatrixAxis[];
  /** At most one per row and column; missing ones are empty. */
  cells: readonly MatrixCell[];
  rowLabel: string;
  columnLabel: string;
  valueLabel: string;
  /** "diverging" around 0 for differences; default "sequential". */
  colours?: Ramp;
  domain?: Domain;
  format?: (value: number) => string;
  /** Of the heading; 3 inside a Panel with a title. */
  level?: 2 | 3;
}

/** A grid with the number in every cell. Arrow keys move, Home and End go to the ends, Enter follows the link. */
export function Matrix(props: MatrixProps) {
  const { title, finding, rows, columns, cells, rowLabel, columnLabel, valueLabel } = props;
  const format = props.format ?? ((value: number) => formatNumber(value));
  const found = new Map(cells.map((cell) => [`${cell.row}\n${cell.column}`, cell]));
  const colour = ramp(props.colours ?? "sequential", props.domain ?? domainOf(cells));
  const [place, setPlace] = useState({ row: 0, column: 0 });
  const table = useRef<HTMLTableElement>(null);
  const move = (event: KeyboardEvent) => {
    const next = nextPlace(place, event.key, rows.length, columns.length);
    if (!next) return;
    event.preventDefault();
    setPlace(next);
    table.current?.querySelector<HTMLElement>(`[data-place="${next.row},${next.column}"]`)?.focus();
  };
  return (
    <ChartFrame
      title={title}
      level={props.level}
      finding={finding}
      rows={cells}
      rowKey={(cell) => `${cell.row}\n${cell.column}`}
      columns={twinColumns(props, format)}
      legend={
        <p className="hint">
          Down: {rowLabel}. Across: {columnLabel}. In each cell: {valueLabel}. Striped: too few to tell.
        </p>
      }
    >
      <div className="chart-scroll">
        <table className="matrix" role="grid" aria-label={title} ref={table} onKeyDown={move}>
          <thead>
            <tr>
              <th scope="col">
                <span className="visually-hidden">{rowLabel}</span>
              </th>
              {columns.map((column) => (
                <th key={column.key} scope="col">
                  {column.label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, down) => (
              <tr key={row.key}>
                <th scope="row">{row.label}</th>
                {columns.map((column, across) => (
                  <td key={column.key} role="gridcell">
                    <Cell
                      cell={found.get(`${row.key}\n${column.key}`)}
                      name={`${row.label}, ${column.label}`}
                      place={`${down},${across}`}
                      isStop={place.row === down && place.column === across}
                      onFocus={() => setPlace({ row: down, column: across })}
                      format={format}
                      colour={colour}
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </ChartFrame>
  );
}

interface CellProps {
  cell: MatrixCell | undefined;
  name: string;
  place: string;
  isStop: boolean;
  onFocus: () => void;
  format: (value: number) => string;
  colour: (value: number) => { background: string; color: string };
}

function Cell({ cell, name, place, isStop, onFocus, format, colour }: CellProps) {
  const value = cell?.value ?? null;
  const written = value === null ? "–" : format(value);
  const basis = cell?.n != null ? `, n = ${formatCount(cell.n)}` : "";
  const reason = cell?.reason ? `, ${cell.reason}` : "";
  const shared = {
    className: ["matrix-cell", value === null && "none", cell?.isWeak && "weak"].filter(Boolean).join(" "),
    style: value === null ? {} : colour(value),
    title: `${name}${basis}${reason}`,
    tabIndex: isStop ? 0 : -1,
    "data-place": place,
    onFocus,
  };
  const inside = (
    <>
      <span className="visually-hidden">{name}: </span>
      <span>{written}</span>
      {cell?.n != null && value !== null && <small> n {formatCount(cell.n)}</small>}
      {reason && <span className="visually-hidden">{reason}</span>}
    </>
  );
  if (cell?.href) {
    return (
      <Link href={cell.href} {...shared}>
        {inside}
      </Link>
    );
  }
  return <div {...shared}>{inside}</div>;
}

interface Place {
  row: number;
  column: number;
}

function nextPlace({ row, column }: Place, key: string, rows: number, columns: number): Place | null {
  const inside = (value: number, count: number) => Math.min(Math.max(value, 0), count - 1);
  switch (key) {
    case "ArrowUp":
      return { row: inside(row - 1, rows), column };
    case "ArrowDown":
      return { row: inside(row + 1, rows), column };
    case "ArrowLeft":
      return { row, column: inside(column - 1, columns) };
    case "ArrowRight":
      return { row, column: inside(column + 1, columns) };
    case "Home":
      return { row, column: 0 };
    case "End":
      return { row, column: columns - 1 };
    default:
      return null;
  }
}

function domainOf(cells: readonly MatrixCell[]): Domain {
  const values = cells.map((cell) => cell.value).filter((value) => value !== null);
  if (values.every((value) => value >= 0 && value <= 1))
    return [0, Math.max(...values, 0) > 0.5 ? 1 : Math.max(...values, 0.01)];
  return [Math.min(...values), Math.max(...values)];
}

function twinColumns(props: MatrixProps, format: (value: number) => string): TwinColumn<MatrixCell>[] {
  const nameIn = (axis: readonly MatrixAxis[], key: string) =>
    axis.find((one) => one.key === key)?.label ?? key;
  return [
    { key: "row", head: props.rowLabel, text: (cell) => nameIn(props.rows, cell.row), isRowHead: true },
    { key: "column", head: props.columnLabel, text: (cell) => nameIn(props.columns, cell.column) },
    {
      key: "n",
      head: "n",
      text: (cell) => cell.n ?? null,
      cell: (cell) => formatCount(cell.n),
      numeric: true,
    },
    {
      key: "value",
      head: props.valueLabel,
      text: (cell) => cell.value,
      cell: (cell) => {
        const written = cell.value === null ? "–" : format(cell.value);
        return cell.href ? <Link href={cell.href}>{written}</Link> : written;
      },
      numeric: true,
    },
    { key: "reason", head: "Remark", text: (cell) => cell.reason ?? (cell.isWeak ? "too few to tell" : "") },
  ];
}
