import type { ReactNode } from "react";
import { formatCount, formatInterval, formatNumber, type Interval } from "./format";

export interface StatProps {
  label: string;
  /** The number, or null with a `reason`. */
  value: number | string | null;
  /** How `value` and the ends of `interval` are written. Default: two digits. */
  format?: (value: number) => string;
  interval?: Interval | null;
  /** How many observations stand behind it, and of what ("Items", "images"). */
  n?: number | null;
  of?: string;
  /** Why there is no value, or why there is no interval: "fewer than 2 raters". */
  reason?: ReactNode;
  /** The images or rows behind the number. */
  link?: ReactNode;
}

/** One number with what it stands on. Without an interval it must be a count or say why there is none. */
export function Stat({ label, value, format = formatNumber, interval, n, of, reason, link }: StatProps) {
  const written = typeof value === "number" ? format(value) : value;
  const basis = [
    interval && value !== null ? formatInterval(interval, format) : null,
    n != null ? `n = ${formatCount(n)}${of ? ` ${of}` : ""}` : null,
  ].filter(Boolean);
  return (
    <div className="stat">
      <span className="stat-label">{label}</span>
      <span className={value === null ? "stat-value none" : "stat-value"}>{written ?? "not defined"}</span>
      {basis.length > 0 && <span className="stat-basis">{basis.join(" · ")}</span>}
      {reason && <span className="stat-basis">{reason}</span>}
      {link && <span className="stat-basis">{link}</span>}
    </div>
  );
}

export function Stats({ children }: { children: ReactNode }) {
  return <div className="stats">{children}</div>;
}
