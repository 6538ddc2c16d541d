/** How the sitting moves between images: leases in, next, back, forward, undo across images, receipts. */
import { canRedo, canUndo, redo, timeline, undo } from "../canvas/undo";
import { fromAnswer } from "./answer";
import { KEPT_BEHIND, openLease, saying } from "./session";
import type { Open, Past, Session, Travel } from "./session";
import type { Lease, LeaseGrant } from "./types";

export function travelStep(session: Session, travel: Travel): Session {
  switch (travel.type) {
    case "granted":
      return granted(session, travel.grant, travel.outstanding);
    case "shown":
      if (session.open === null || session.open.lease.id !== travel.lease) return session;
      return { ...session, open: { ...session.open, shownAt: travel.at } };
    case "undo":
      return undone(session);
    case "redo":
      return redone(session);
    case "back":
      return back(session);
    case "forward":
      return forward(session);
    case "closed":
      return closed(session, travel.how);
    case "receipt":
      return { ...session, past: session.past.map((past) => receipted(past, travel.lease, travel.revision)) };
    case "reopened":
      return {
        ...session,
        done: session.done.filter((id) => id !== travel.lease),
        past: session.past.filter(
          (past) => past.lease.id !== travel.lease || session.open?.lease.id === travel.lease,
        ),
      };
    case "history":
      return withHistory(session, travel.leases);
  }
}

function receipted(past: Past, lease: string, revision: number): Past {
  return past.lease.id === lease && revision > past.revision ? { ...past, revision } : past;
}

function granted(session: Session, grant: LeaseGrant, outstanding: readonly string[]): Session {
  const fresh = new Map(grant.leases.map((lease) => [lease.id, lease]));
  const renewed = (lease: Lease): Lease => fresh.get(lease.id) ?? lease;
  const closedIds = new Set([...session.done, ...outstanding]);
  const known = new Set(session.ahead.map(({ id }) => id));
  const added = grant.leases.filter(
    ({ id }) =>
      !known.has(id) &&
      !closedIds.has(id) &&
      id !== (session.open?.correcting === null ? session.open.lease.id : null),
  );
  const next: Session = {
    ...session,
    ahead: [...session.ahead.map(renewed), ...added],
    queue: { state: grant.state, reason: grant.reason, retryAfter: grant.retry_after },
    open: session.open && { ...session.open, lease: renewed(session.open.lease) },
  };
  return next.open === null ? openNext(next) : next;
}

/** Opens the first image ahead, with the work that was put aside on it, or nothing. */
function openNext(session: Session): Session {
  const [lease, ...ahead] = session.ahead;
  if (lease === undefined) return { ...session, open: null };
  const parked = session.parked[lease.id];
  const { [lease.id]: _used, ...rest } = session.parked;
  const open = parked === undefined ? openLease(lease) : { ...parked, lease, shownAt: null };
  return { ...session, open, ahead, parked: rest };
}

/** Puts the open image aside with its work; a new one goes back to the head of the line. */
function park(session: Session): Session {
  const { open } = session;
  if (open === null) return session;
  const calm: Open = { ...open, chord: null, tool: null, asking: null, resizing: false, shownAt: null };
  return {
    ...session,
    open: null,
    parked: { ...session.parked, [open.lease.id]: calm },
    ahead: open.correcting === null ? [open.lease, ...session.ahead] : session.ahead,
  };
}

function openPast(session: Session, index: number): Session {
  const past = session.past[index];
  if (past === undefined) return session;
  const set = park(session);
  const parked = set.parked[past.lease.id];
  const { [past.lease.id]: _used, ...rest } = set.parked;
  const open: Open = {
    ...openLease(past.lease),
    line: parked?.line ?? past.line,
    original: past.line.present,
    visited: past.visited,
    correcting: index,
    baseRevision: past.revision,
    selected: null,
  };
  const text = `Back at an answered image, ${set.past.length - index} before the next. Enter sends a correction.`;
  return saying({ ...set, open, parked: rest }, text);
}

function back(session: Session): Session {
  const index = (session.open?.correcting ?? session.past.length) - 1;
  if (index < 0) return saying(session, "No earlier image to go back to.", "warn");
  return openPast(session, index);
}

function forward(session: Session): Session {
  const at = session.open?.correcting ?? null;
  if (at === null) return saying(session, "This is the next image.", "warn");
  return at + 1 < session.past.length ? openPast(session, at + 1) : openNext(park(session));
}

function undone(session: Session): Session {
  const { open } = session;
  if (open !== null && canUndo(open.line)) {
    return saying(withLine(session, open, undo(open.line)), "Undone.");
  }
  if (session.past.length === 0 || open?.correcting === 0) return saying(session, "Nothing to undo.", "warn");
  return back(session);
}

function redone(session: Session): Session {
  const { open } = session;
  if (open === null) return session;
  if (canRedo(open.line)) return saying(withLine(session, open, redo(open.line)), "Done again.");
  return open.correcting === null ? saying(session, "Nothing to redo.", "warn") : forward(session);
}

function withLine(session: Session, open: Open, line: Open["line"]): Session {
  const selected = line.present.findings.some(({ key }) => key === open.selected)
    ? open.selected
    : (line.present.findings.at(-1)?.key ?? null);
  return { ...session, open: { ...open, line, selected, tool: null, chord: null, lastEdit: null } };
}

/** The open image is answered (kept behind for corrections) or put away (skipped, escalated); the next one opens. */
function closed(session: Session, how: "answered" | "put-away"): Session {
  const { open } = session;
  if (open === null) return session;
  const { [open.lease.id]: _gone, ...parked } = session.parked;
  const gone: Session = { ...session, open: null, parked };
  if (open.correcting !== null) return announced(openNext({ ...gone, past: corrected(session.past, open) }));
  const done = [...session.done, open.lease.id].slice(-200);
  if (how === "put-away") return announced(openNext({ ...gone, done }));
  const past: Past = {
    lease: open.lease,
    line: open.line,
    visited: open.visited,
    revision: open.baseRevision + 1,
  };
  return announced(
    openNext({
      ...gone,
      done,
      past: [...session.past, past].slice(-KEPT_BEHIND),
      answered: session.answered + 1,
    }),
  );
}

/** What a screen reader hears at each new image; it also wipes what was said about the one before. */
function announced(session: Session): Session {
  if (session.open === null) return saying(session, "");
  const { mine_answered: before, items } = session.book.workspace.progress;
  return saying(session, `Image ${before + session.answered + 1} of ${items}.`);
}

function corrected(past: readonly Past[], open: Open): readonly Past[] {
  return past.map((one, index) => {
    if (index !== open.correcting) return one;
    const changed = open.line.present !== open.original;
    return {
      ...one,
      line: open.line,
      visited: open.visited,
      revision: open.baseRevision + (changed ? 1 : 0),
    };
  });
}

/** My last answered items of earlier sittings, oldest first, before those of this one. */
function withHistory(session: Session, leases: readonly Lease[]): Session {
  if (session.open?.correcting != null) return session;
  const known = new Set(session.past.map(({ lease }) => lease.id));
  const earlier = leases
    .filter(({ id, annotation }) => annotation !== null && !known.has(id))
    .map((lease) => ({
      lease,
      line: timeline(fromAnswer(lease.annotation)),
      visited: [],
      revision: lease.revision,
    }));
  return { ...session, past: [...earlier, ...session.past].slice(-KEPT_BEHIND) };
}
