import { useId, useState, type ReactNode } from "react";
import { Button } from "../ui/Button";
import { Segments } from "../ui/fields";
import { Table, type Column } from "../ui/Table";

/** One column of a chart's table twin; `text` is also what goes into the CSV. */
export interface TwinColumn<Row> {
  key: string;
  head: string;
  text: (row: Row) => string | number | null | undefined;
  cell?: (row: Row) => ReactNode;
  numeric?: boolean;
  isRowHead?: boolean;
}

export interface ChartFrameProps<Row> {
  title: string;
  /** What the chart says, in one sentence with its number: "4 of 18 defects lie below 0.60". */
  finding: ReactNode;
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  columns: readonly TwinColumn<Row>[];
  /** Of the heading; 3 inside a Panel with a title. */
  level?: 2 | 3 | undefined;
  /** Under the title, above the picture. */
  legend?: ReactNode;
  children: ReactNode;
}

/** Title, finding, picture, and the same numbers as a table and as CSV. */
export function ChartFrame<Row>({
  title,
  finding,
  rows,
  rowKey,
  columns,
  level = 2,
  legend,
  children,
}: ChartFrameProps<Row>) {
  const id = useId();
  const Heading = level === 2 ? "h2" : "h3";
  const [view, setView] = useState<"chart" | "table">("chart");
  const twin: Column<Row>[] = columns.map(({ text, cell, ...column }) => ({
    ...column,
    cell: cell ?? ((row) => text(row) ?? "–"),
  }));
  return (
    <figure className="chart" aria-labelledby={id}>
      <div className="chart-head">
        <div>
          <Heading id={id}>{title}</Heading>
          <p className="chart-finding">{finding}</p>
        </div>
        <div className="row">
          <Segments
            label={`View of ${title}`}
            value={view}
            onChange={setView}
            options={[
              { value: "chart", label: "Chart" },
              { value: "table", label: "Table" },
            ]}
          />
          <Button small kind="quiet" onClick={() => saveCsv(title, csvOf(rows, columns))}>
            CSV
          </Button>
        </div>
      </div>
      {view === "chart" ? (
        <>
          {legend}
          {children}
        </>
      ) : (
        <Table caption={title} hideCaption columns={twin} rows={rows} rowKey={rowKey} />
      )}
    </figure>
  );
}

export function csvOf<Row>(rows: readonly Row[], columns: readonly TwinColumn<Row>[]): string {
  const lines = [
    columns.map((column) => column.head),
    ...rows.map((row) => columns.map((column) => column.text(row))),
  ];
  return lines.map((line) => line.map(quoted).join(",")).join("\r\n") + "\r\n";
}

/** Quotes as RFC 4180 says; text that a spreadsheet would take for a formula is kept from being one. */
function quoted(value: string | number | null | undefined): string {
  const text = value == null ? "" : String(value);
  const harmless = typeof value === "string" && /^[=+@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

function saveCsv(title: string, csv: string): void {
  const address = URL.createObjectURL(new Blob([csv], { type: "text/csv" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = `${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1_000);
}
