import { useState } from "react";
import { Button } from "./Button";
import { formatCount } from "./format";

interface PaginationProps {
  /** How many rows are shown now. */
  shown: number;
  /** How many there are; left out where the server does not count. */
  total?: number | null;
  hasPrevious: boolean;
  hasNext: boolean;
  onPrevious: () => void;
  onNext: () => void;
  isBusy?: boolean;
}

export function Pagination({
  shown,
  total,
  hasPrevious,
  hasNext,
  onPrevious,
  onNext,
  isBusy,
}: PaginationProps) {
  return (
    <nav className="pager" aria-label="Pages">
      <span className="muted" role="status">
        {formatCount(shown)} shown{total != null && ` of ${formatCount(total)}`}
      </span>
      <span className="push row">
        <Button small disabled={!hasPrevious || isBusy} onClick={onPrevious}>
          Previous
        </Button>
        <Button small disabled={!hasNext || isBusy} onClick={onNext}>
          Next
        </Button>
      </span>
    </nav>
  );
}

/**
 * The way through cursor pages. Put `cursor` into the query (and its key), hand the page's `next` to `forward`.
 * `reset` when a filter or the order changes.
 */
export function useCursor() {
  const [trail, setTrail] = useState<readonly string[]>([]);
  return {
    cursor: trail.at(-1),
    hasPrevious: trail.length > 0,
    forward: (next: string) => setTrail([...trail, cursorOf(next)]),
    back: () => setTrail(trail.slice(0, -1)),
    reset: () => setTrail([]),
  };
}

/** The server gives a bare cursor or a whole address with `?cursor=`; both become the cursor. */
export function cursorOf(next: string): string {
  const query = next.includes("?") ? new URLSearchParams(next.slice(next.indexOf("?"))).get("cursor") : null;
  return query ?? next;
}
