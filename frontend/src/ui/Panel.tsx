import { useId, type ReactNode } from "react";

interface PanelProps {
  title?: ReactNode;
  /** Beside the title: buttons, a badge, a count. */
  aside?: ReactNode;
  /** No inner margin, for a table or picture that fills it. */
  flush?: boolean;
  children: ReactNode;
}

/** A named part of a page. */
export function Panel({ title, aside, flush, children }: PanelProps) {
  const id = useId();
  return (
    <section className={flush ? "panel flush" : "panel"} aria-labelledby={title ? id : undefined}>
      {(title || aside) && (
        <div className="panel-head">
          {title && <h2 id={id}>{title}</h2>}
          {aside}
        </div>
      )}
      {children}
    </section>
  );
}

/** Names and values, one below the other. Values that are null or undefined are left out. */
export function Facts({ rows }: { rows: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className="facts">
      {rows
        .filter(([, value]) => value !== null && value !== undefined && value !== "")
        .map(([name, value]) => (
          <FactRow key={name} name={name} value={value} />
        ))}
    </dl>
  );
}

function FactRow({ name, value }: { name: string; value: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}
