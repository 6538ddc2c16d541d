import { useId } from "react";
import { formatCount } from "./format";

interface ProgressBarProps {
  label: string;
  /** Null while the amount is not known. */
  value: number | null;
  max?: number;
  /** Beside the label; default "12 of 40". */
  text?: string;
  tone?: "info" | "ok" | "error";
}

export function ProgressBar({ label, value, max = 1, text, tone = "info" }: ProgressBarProps) {
  const id = useId();
  const share = value === null || max <= 0 ? 0 : Math.min(Math.max(value / max, 0), 1);
  const written =
    text ??
    (value === null
      ? ""
      : max === 1
        ? `${Math.round(share * 100)} %`
        : `${formatCount(value)} of ${formatCount(max)}`);
  return (
    <div className={`progress ${tone}`}>
      <div className="progress-text">
        <span id={id}>{label}</span>
        <span className="muted">{written}</span>
      </div>
      <div
        role="progressbar"
        aria-labelledby={id}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={value === null ? undefined : Math.round(share * 100)}
        aria-valuetext={written || undefined}
        className={value === null ? "progress-track unknown" : "progress-track"}
      >
        <div className="progress-fill" style={value === null ? {} : { width: `${share * 100}%` }} />
      </div>
    </div>
  );
}
