import type { ReactNode } from "react";

export type Tone = "neutral" | "info" | "ok" | "warn" | "error" | "purple";

/** A state in a word. The word carries the meaning; the colour only repeats it. */
export function Badge({ tone = "neutral", children }: { tone?: Tone; children: ReactNode }) {
  return <span className={tone === "neutral" ? "badge" : `badge ${tone}`}>{children}</span>;
}

/** A message that stays in the page. `role="alert"` only for what appears after an act and must be heard. */
export function Notice({
  tone = "info",
  title,
  children,
}: {
  tone?: Tone;
  title?: ReactNode;
  children?: ReactNode;
}) {
  return (
    <div
      className={tone === "info" ? "notice" : `notice ${tone}`}
      role={tone === "error" ? "alert" : undefined}
    >
      {title && <strong>{title}</strong>}
      {children && <div>{children}</div>}
    </div>
  );
}
