import type { ReactNode } from "react";
import { isPassing, isProblem } from "../api/problem";
import { Button } from "./Button";
import { explain } from "./explain";

interface EmptyStateProps {
  title: string;
  /** Why there is nothing, and what would fill it. */
  children?: ReactNode;
  /** The next useful act: a Button or LinkButton. */
  actions?: ReactNode;
}

export function EmptyState({ title, children, actions }: EmptyStateProps) {
  return (
    <div className="empty">
      <p className="empty-title">{title}</p>
      {children && <div className="muted">{children}</div>}
      {actions && <div className="row">{actions}</div>}
    </div>
  );
}

interface ErrorStateProps {
  error: unknown;
  onRetry?: (() => void) | undefined;
  actions?: ReactNode;
}

/** Any thrown thing as a sentence, what to do, and a way to try again where that can help. */
export function ErrorState({ error, onRetry, actions }: ErrorStateProps) {
  const { title, detail } = explain(error);
  const violations = isProblem(error) ? error.violations : [];
  return (
    <div className="notice error" role="alert">
      <strong>{title}</strong>
      {detail && detail !== title && <div>{detail}</div>}
      {violations.length > 0 && (
        <ul>
          {violations.map((violation) => (
            <li key={`${violation.pointer} ${violation.detail}`}>
              {violation.pointer && <code>{violation.pointer}</code>} {violation.detail}
            </li>
          ))}
        </ul>
      )}
      {(onRetry || actions) && (
        <div className="row">
          {onRetry && (isPassing(error) || !isProblem(error)) && (
            <Button small onClick={onRetry}>
              Try again
            </Button>
          )}
          {actions}
        </div>
      )}
    </div>
  );
}

interface SkeletonProps {
  /** What is coming, for those who do not see it: "Loading campaigns". */
  label?: string;
  lines?: number;
  /** "tiles" for a gallery. */
  shape?: "lines" | "tiles";
}

/** Invisible for the first 150 ms, so that quick answers do not flicker. */
export function Skeleton({ label = "Loading", lines = 4, shape = "lines" }: SkeletonProps) {
  return (
    <div role="status" className={shape === "tiles" ? "skeleton tiles" : "skeleton"}>
      <span className="visually-hidden">{label}</span>
      {Array.from({ length: lines }, (_, line) => (
        <span
          key={line}
          aria-hidden="true"
          style={shape === "lines" ? { width: `${[92, 100, 84, 70][line % 4]}%` } : {}}
        />
      ))}
    </div>
  );
}

interface Loadable<T> {
  data: T | undefined;
  error: unknown;
  refetch?: () => unknown;
}

interface LoadedProps<T> {
  /** What useQuery returned. */
  query: Loadable<T>;
  label?: string;
  skeleton?: ReactNode;
  children: (data: T) => ReactNode;
}

/** The three states of a query: skeleton, error with "Try again", or the data (kept while it is renewed). */
export function Loaded<T>({ query, label, skeleton, children }: LoadedProps<T>) {
  const retry = query.refetch ? () => void query.refetch?.() : undefined;
  if (query.data !== undefined) {
    return (
      <>
        {query.error != null && <ErrorState error={query.error} onRetry={retry} />}
        {children(query.data)}
      </>
    );
  }
  if (query.error != null) return <ErrorState error={query.error} onRetry={retry} />;
  return <>{skeleton ?? <Skeleton {...(label !== undefined && { label })} />}</>;
}
