/**
 * One person's sitting at the queue as a value: the open image and the work on it, the images ahead, the last ten
 * behind. `step` is the only way it changes; it knows no clock, no network and no DOM.
 */
import type { Region, Shape } from "../canvas/geometry";
import { timeline } from "../canvas/undo";
import type { Timeline } from "../canvas/undo";
import { fromAnswer } from "./answer";
import type { Catalogue } from "./catalogue";
import type { Lease, LeaseGrant, QueueState, Verdict } from "./types";
import { editStep } from "./session-edits";
import { travelStep } from "./session-travel";
import type { Work } from "./work";

export const KEPT_BEHIND = 10;

export interface Open {
  readonly lease: Lease;
  /** Place in `past` when an answered image is open again, else null. */
  readonly correcting: number | null;
  readonly baseRevision: number;
  readonly line: Timeline<Work>;
  /** The work as it was opened: a correction without a change is not sent. */
  readonly original: Work;
  readonly selected: string | null;
  /** Letter of the opened dimension: the next letter sets a defect. */
  readonly chord: string | null;
  readonly tool: Shape | null;
  /** Drawn before a defect was named; the next defect takes it. */
  readonly loose: Region | null;
  readonly visited: readonly string[];
  readonly shownAt: number | null;
  readonly asking: "verdict" | null;
  readonly resizing: boolean;
  /** Rating form: which score is asked, counted over the rated defects; at the end it is the review. */
  readonly cursor: number;
  /** Kind of the last edit: edits of one kind in a row (typing, nudging) are one undo step. */
  readonly lastEdit: string | null;
}

export interface Past {
  readonly lease: Lease;
  readonly line: Timeline<Work>;
  readonly visited: readonly string[];
  readonly revision: number;
}

export interface Notice {
  readonly text: string;
  readonly tone: "info" | "warn";
  /** Counts up, so that the same sentence twice is spoken twice. */
  readonly number: number;
}

export interface Session {
  readonly book: Catalogue;
  readonly open: Open | null;
  readonly ahead: readonly Lease[];
  readonly parked: Readonly<Record<string, Open>>;
  readonly past: readonly Past[];
  /** Leases this page has closed; the server may still offer them until it has the answer. */
  readonly done: readonly string[];
  readonly queue: {
    readonly state: QueueState | "unknown";
    readonly reason: string | null;
    readonly retryAfter: number | null;
  };
  readonly answered: number;
  readonly notice: Notice;
}

export type Edit =
  | { readonly type: "letter"; readonly letter: string; readonly remove: boolean }
  | { readonly type: "digit"; readonly digit: string }
  | { readonly type: "not-applicable" }
  | { readonly type: "pick"; readonly defect: string }
  | { readonly type: "unpick"; readonly defect: string }
  | { readonly type: "select"; readonly key: string | null }
  | { readonly type: "cycle"; readonly by: 1 | -1 }
  | { readonly type: "cursor"; readonly to: number }
  | { readonly type: "arm"; readonly shape: Shape | null }
  | { readonly type: "drawn"; readonly region: Region }
  | { readonly type: "reshaped"; readonly key: string; readonly region: Region | null }
  | { readonly type: "nudge"; readonly dx: number; readonly dy: number }
  | { readonly type: "resizing" }
  | { readonly type: "level"; readonly key: string; readonly level: string }
  | { readonly type: "sub-defect"; readonly key: string; readonly sub: string | null }
  | { readonly type: "unsure"; readonly key?: string }
  | { readonly type: "note"; readonly key: string | null; readonly note: string }
  | { readonly type: "delete"; readonly key?: string }
  | { readonly type: "not-assessed"; readonly defect: string }
  | { readonly type: "unusable" }
  | { readonly type: "verdict"; readonly verdict: Verdict }
  | { readonly type: "ask-verdict" }
  | { readonly type: "escape" }
  | { readonly type: "repeat" }
  | { readonly type: "copy" };

export type Travel =
  | { readonly type: "granted"; readonly grant: LeaseGrant; readonly outstanding: readonly string[] }
  | { readonly type: "shown"; readonly lease: string; readonly at: number }
  | { readonly type: "undo" }
  | { readonly type: "redo" }
  | { readonly type: "back" }
  | { readonly type: "forward" }
  | { readonly type: "closed"; readonly how: "answered" | "put-away" }
  | { readonly type: "receipt"; readonly lease: string; readonly revision: number }
  | { readonly type: "reopened"; readonly lease: string }
  | { readonly type: "history"; readonly leases: readonly Lease[] };

export type Action =
  | { readonly type: "notice"; readonly text: string; readonly tone?: "info" | "warn" }
  | { readonly type: "edit"; readonly edit: Edit }
  | { readonly type: "travel"; readonly travel: Travel };

export function startSession(book: Catalogue): Session {
  return {
    book,
    open: null,
    ahead: [],
    parked: {},
    past: [],
    done: [],
    queue: { state: "unknown", reason: null, retryAfter: null },
    answered: 0,
    notice: { text: "", tone: "info", number: 0 },
  };
}

export function openLease(lease: Lease): Open {
  const work = fromAnswer(lease.annotation);
  return {
    lease,
    correcting: null,
    baseRevision: lease.revision,
    line: timeline(work),
    original: work,
    selected: null,
    chord: null,
    tool: null,
    loose: null,
    visited: [],
    shownAt: null,
    asking: null,
    resizing: false,
    cursor: 0,
    lastEdit: null,
  };
}

export function saying(session: Session, text: string, tone: "info" | "warn" = "info"): Session {
  return { ...session, notice: { text, tone, number: session.notice.number + 1 } };
}

export function step(session: Session, action: Action): Session {
  switch (action.type) {
    case "notice":
      return saying(session, action.text, action.tone);
    case "edit":
      return session.open === null ? session : editStep(session, session.open, action.edit);
    case "travel":
      return travelStep(session, action.travel);
  }
}

export const edit = (change: Edit): Action => ({ type: "edit", edit: change });
export const travel = (move: Travel): Action => ({ type: "travel", travel: move });
