import { Button } from "../ui/Button";
import { SelectField, TextArea, TextField, type Option } from "../ui/fields";

export interface Column<T> {
  key: Extract<keyof T, string>;
  label: string;
  isLong?: boolean;
  isOptional?: boolean;
  options?: readonly Option[];
  least?: number;
  most?: number;
  type?: string;
}

interface RowsProps<T> {
  /** What one row is called: "cause". */
  name: string;
  rows: readonly T[];
  columns: readonly Column<T>[];
  /** A row to begin with; absent where rows are not added here. */
  fresh?: (() => T) | undefined;
  isKept?: boolean;
  empty?: string;
  onChange: (rows: T[]) => void;
  /** What is wrong with a field, by place and key. */
  wrong?: (place: number, key: string) => string | undefined;
}

/** A short list of equal rows, each with a few texts or choices. Optional texts that are empty are left out. */
export function Rows<T extends object>(props: RowsProps<T>) {
  const { name, rows, columns, fresh, isKept, empty, onChange, wrong } = props;
  const put = (place: number, column: Column<T>, text: string) =>
    onChange(
      rows.map((row, n) => {
        if (n !== place) return row;
        if (text !== "" || !column.isOptional) return { ...row, [column.key]: text };
        return Object.fromEntries(Object.entries(row).filter(([key]) => key !== column.key)) as T;
      }),
    );
  return (
    <div className="stack">
      {rows.length === 0 && empty && <p className="muted">{empty}</p>}
      {rows.map((row, place) => (
        <div className="draft-fields" key={place} role="group" aria-label={`${name} ${place + 1}`}>
          {columns.map((column) => (
            <Cell
              key={column.key}
              name={`${name} ${place + 1}`}
              column={column}
              value={String(row[column.key] ?? "")}
              error={wrong?.(place, column.key)}
              onChange={(text) => put(place, column, text)}
            />
          ))}
          {!isKept && (
            <Button
              small
              kind="quiet"
              aria-label={`Remove ${name} ${place + 1}`}
              onClick={() => onChange(rows.filter((_, n) => n !== place))}
            >
              Remove
            </Button>
          )}
        </div>
      ))}
      {fresh && (
        <div>
          <Button small onClick={() => onChange([...rows, fresh()])}>
            {`Add a ${name}`}
          </Button>
        </div>
      )}
    </div>
  );
}

interface CellProps<T> {
  name: string;
  column: Column<T>;
  value: string;
  error: string | undefined;
  onChange: (text: string) => void;
}

function Cell<T>({ name, column, value, error, onChange }: CellProps<T>) {
  const common = {
    label: `${column.label} of ${name}`,
    value,
    onChange,
    isOptional: column.isOptional ?? false,
    ...(error && { error }),
    ...(column.most && { maxLength: column.most }),
    ...(column.least && value.length < column.least && { hint: `At least ${column.least} characters.` }),
  };
  if (column.options) {
    const known = column.options.some((one) => one.value === value);
    const options = known ? column.options : [{ value, label: value || "none" }, ...column.options];
    return (
      <SelectField
        label={common.label}
        value={value}
        options={options}
        isOptional={common.isOptional}
        onChange={onChange}
        {...(error && { error })}
      />
    );
  }
  if (column.isLong) return <TextArea {...common} rows={2} isWide />;
  return <TextField {...common} type={column.type ?? "text"} />;
}

/** Words of the file as choices. */
export function choicesOf(values: readonly string[]): Option[] {
  return values.map((value) => ({ value, label: value.replaceAll("_", " ") }));
}
