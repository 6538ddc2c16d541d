import type { ReactNode } from "react";
import { EmptyState, ErrorState, Skeleton } from "./States";

export interface Sort {
  by: string;
  descending: boolean;
}

export interface Column<Row> {
  key: string;
  head: ReactNode;
  cell: (row: Row) => ReactNode;
  /** Right-aligned, tabular figures. */
  numeric?: boolean;
  /** Names the row (`<th scope="row">`); set it on one column. */
  isRowHead?: boolean;
  /** The server's name for this order; makes the head a button. */
  sortBy?: string;
  /** First press sorts downwards: for numbers and dates. */
  descendingFirst?: boolean;
  className?: string;
}

export interface TableProps<Row> {
  /** Says what the rows are; hidden from view with `hideCaption`, never left out. */
  caption: string;
  hideCaption?: boolean;
  columns: readonly Column<Row>[];
  /** Undefined while loading. */
  rows: readonly Row[] | undefined;
  rowKey: (row: Row) => string;
  isSelected?: (row: Row) => boolean;
  sort?: Sort | undefined;
  onSort?: (sort: Sort) => void;
  error?: unknown;
  onRetry?: () => void;
  /** Shown instead of rows when there are none. */
  empty?: ReactNode;
  /** Below the rows: a Pagination. */
  footer?: ReactNode;
  /** Scrolls inside this height (a CSS length) with the head staying in view. */
  maxHeight?: string;
}

/** A plain table; sorting and paging are the server's. */
export function Table<Row>(props: TableProps<Row>) {
  const { caption, hideCaption, columns, rows, error, onRetry, empty, footer, maxHeight } = props;
  if (error != null && rows === undefined) return <ErrorState error={error} onRetry={onRetry} />;
  return (
    <div className="table-frame">
      {error != null && <ErrorState error={error} onRetry={onRetry} />}
      <div
        className="table-scroll"
        role="group"
        aria-label={caption}
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls must be reachable by keys
        tabIndex={0}
        style={maxHeight ? { maxHeight } : {}}
      >
        <table className="table" aria-busy={rows === undefined || undefined}>
          <caption className={hideCaption ? "visually-hidden" : undefined}>{caption}</caption>
          <thead>
            <tr>
              {columns.map((column) => (
                <HeadCell key={column.key} column={column} sort={props.sort} onSort={props.onSort} />
              ))}
            </tr>
          </thead>
          <tbody>
            {rows?.map((row) => (
              <tr key={props.rowKey(row)} aria-selected={props.isSelected?.(row) || undefined}>
                {columns.map((column) => (
                  <BodyCell key={column.key} column={column} row={row} />
                ))}
              </tr>
            ))}
            {(rows === undefined || rows.length === 0) && (
              <tr>
                <td colSpan={columns.length}>
                  {rows === undefined ? (
                    <Skeleton label={`Loading: ${caption}`} />
                  ) : (
                    (empty ?? <EmptyState title="Nothing here yet" />)
                  )}
                </td>
              </tr>
            )}
          </tbody>
        </table>
      </div>
      {footer}
    </div>
  );
}

function BodyCell<Row>({ column, row }: { column: Column<Row>; row: Row }) {
  const className = [column.numeric && "number", column.className].filter(Boolean).join(" ") || undefined;
  if (column.isRowHead) {
    return (
      <th scope="row" className={className}>
        {column.cell(row)}
      </th>
    );
  }
  return <td className={className}>{column.cell(row)}</td>;
}

interface HeadCellProps<Row> {
  column: Column<Row>;
  sort: Sort | undefined;
  onSort: ((sort: Sort) => void) | undefined;
}

function HeadCell<Row>({ column, sort, onSort }: HeadCellProps<Row>) {
  const className = [column.numeric && "number", column.className].filter(Boolean).join(" ") || undefined;
  const by = column.sortBy;
  if (!by || !onSort) {
    return (
      <th scope="col" className={className}>
        {column.head}
      </th>
    );
  }
  const isOn = sort?.by === by;
  const next = { by, descending: isOn ? !sort.descending : (column.descendingFirst ?? false) };
  return (
    <th
      scope="col"
      className={className}
      aria-sort={isOn ? (sort.descending ? "descending" : "ascending") : "none"}
    >
      <button type="button" className="sort" onClick={() => onSort(next)}>
        {column.head}
        <span className="sort-mark" aria-hidden="true">
          {isOn ? (sort.descending ? "▼" : "▲") : ""}
        </span>
      </button>
    </th>
  );
}
