/**
 * One sitting with everything around it: the session value, the queue of leases, the decoded images and the outbox.
 * It lives outside React, so that a key is answered in the same tick and the screen follows in one render.
 */
import { isProblem } from "../api/problem";
import * as activity from "./activity";
import type { Activity } from "./activity";
import { closing } from "./closing";
import type { Outbox } from "./outbox";
import type { Act } from "./outbox-store";
import { createPool, depthFor, median } from "./pool";
import type { BitmapPool, Picture } from "./pool";
import { startSession, step, travel } from "./session";
import type { Action, Session } from "./session";
import { asProblem } from "./transport";
import type { Catalogue } from "./catalogue";
import type { Lease, LeaseGrant, Problem, Receipt, SkipReason } from "./types";

export interface DeskState {
  readonly session: Session;
  /** The open image's pixels. */
  readonly picture: Picture | undefined;
  readonly offline: boolean;
  readonly signedOut: boolean;
  /** Why no images come, beyond "offline" and "signed out". */
  readonly problem: Problem | null;
  readonly refilling: boolean;
  readonly test: Receipt["test"];
}

export interface Desk {
  readonly pool: BitmapPool;
  readonly outbox: Outbox;
  read: () => DeskState;
  subscribe: (listener: () => void) => () => void;
  dispatch: (action: Action) => void;
  /** Space or Enter: sends, asks or says why not. */
  close: (how: "clean" | "submit", at: number) => Promise<void>;
  putAway: (act: Exclude<Act, { kind: "annotation" }>) => Promise<void>;
  painted: (lease: string, at: number) => void;
  /** Runs now, or, for at most a second, as soon as the image is on the screen. */
  whenShown: (run: () => void, at: number) => void;
  heard: (at: number) => void;
  left: (at: number) => void;
  activity: () => Activity;
  refill: () => Promise<void>;
  resume: () => Promise<void>;
  received: (lease: string, receipt: Receipt | null) => void;
  dismissTest: () => void;
  stop: () => void;
}

export interface DeskOptions {
  readonly book: Catalogue;
  readonly outbox: Outbox;
  readonly take: (count: number) => Promise<LeaseGrant>;
  readonly mine: () => Promise<readonly Lease[]>;
  readonly pool?: BitmapPool;
  readonly now?: () => number;
  readonly newId?: () => string;
}

const KEYS_WAIT_MS = 1_000;
const RENEW_EVERY_MS = 15_000;
const LOOK_AGAIN_MS = 1_000;
export const SKIP_SAID: Readonly<Record<SkipReason, string>> = {
  cannot_load: "cannot be loaded",
  not_my_language: "not my language",
  unsure: "cannot decide",
  other: "other reason",
  offensive: "I do not want to look at this",
};

export function createDesk(options: DeskOptions): Desk {
  const { book, outbox } = options;
  const pool = options.pool ?? createPool();
  const now = options.now ?? (() => performance.now());
  const newId = options.newId ?? (() => crypto.randomUUID());
  const campaign = book.workspace.campaign;
  const listeners = new Set<() => void>();
  let state: DeskState = {
    session: startSession(book),
    picture: undefined,
    offline: false,
    signedOut: false,
    problem: null,
    refilling: false,
    test: null,
  };
  let active: Activity = activity.RESTING;
  let itemTimes: readonly number[] = [];
  let waitingKeys: readonly { run: () => void; at: number }[] = [];
  let writing = false;
  let stopped = false;
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let submittedAt: number | null = null;
  /** Enter asked for the verdict: giving it sends. */
  let verdictSends = false;

  const set = (change: Partial<DeskState>) => {
    const session = change.session ?? state.session;
    const { open } = session;
    const picture = open === null ? undefined : pool.get(open.lease.id);
    state = { ...state, ...change, picture };
    for (const listener of listeners) listener();
  };
  const depth = () => depthFor(median(itemTimes), pool.medianLoadMs());
  const gather = () => {
    const { open, ahead } = state.session;
    const next = [...(open === null ? [] : [open.lease]), ...ahead.slice(0, depth())];
    pool.want(next.map((lease) => ({ key: lease.id, url: lease.image.url })));
  };
  const dispatch = (action: Action) => {
    change(action);
    const { open } = state.session;
    if (!verdictSends || open?.asking === "verdict") return;
    verdictSends = false;
    if (open?.line.present.verdict != null) void desk.close("submit", now());
  };
  const change = (action: Action) => {
    const before = state.session;
    const session = step(before, action);
    if (session === before) return;
    const moved = session.open?.lease.id !== before.open?.lease.id || session.ahead !== before.ahead;
    if (!moved) return set({ session });
    state = { ...state, session };
    gather();
    set({ session });
    if (session.ahead.length < depth() && session.queue.state !== "unknown") void refill();
  };

  const schedule = (ms: number) => {
    if (timer !== null) clearTimeout(timer);
    timer = stopped ? null : setTimeout(() => void refill(), ms);
  };
  const refill = async (): Promise<void> => {
    if (stopped || state.refilling || state.signedOut) return;
    set({ refilling: true });
    try {
      const outstanding = outbox.read().leases;
      const grant = await options.take(Math.min(10, 1 + depth() + outstanding.length));
      failures = 0;
      if (state.offline || outbox.read().offline) reconnected();
      set({ offline: false, problem: null });
      dispatch(travel({ type: "granted", grant, outstanding: outbox.read().leases }));
      // Ready, yet nothing to open: those answers are still on their way, and what is left shows when they arrived.
      const renew = state.session.open === null ? LOOK_AGAIN_MS : RENEW_EVERY_MS * 2;
      schedule(grant.state === "ready" ? renew : Math.max(grant.retry_after ?? 15, 2) * 1000);
    } catch (error) {
      refused(error);
    } finally {
      set({ refilling: false });
    }
  };
  /** The line is back: what could not be sent or loaded meanwhile is tried again at once. */
  const reconnected = () => {
    void outbox.flush();
    const { open, ahead } = state.session;
    for (const { id, image } of [...(open === null ? [] : [open.lease]), ...ahead]) {
      if (pool.get(id)?.state === "failed") pool.retry({ key: id, url: image.url });
    }
  };
  const refused = (error: unknown) => {
    if (isProblem(error) && error.status === 401) return set({ signedOut: true });
    const offline = isProblem(error) && error.status === 0;
    set({ offline, problem: offline ? null : asProblem(error) });
    failures += 1;
    schedule(Math.min(20_000, 1000 * 2 ** failures) * (0.5 + Math.random()));
  };

  const write = async (lease: Lease, id: string, act: Act): Promise<boolean> => {
    if (writing) return false;
    writing = true;
    try {
      const title = lease.prompt ?? "Image without a prompt";
      await outbox.add({
        id,
        campaign: campaign.id,
        lease: lease.id,
        title,
        act,
        madeAt: new Date().toISOString(),
      });
      return true;
    } catch {
      const text =
        "This browser could not write the answer down, so the image stays. Free some disk space and try again.";
      dispatch({ type: "notice", text, tone: "warn" });
      return false;
    } finally {
      writing = false;
    }
  };

  const desk: Desk = {
    pool,
    outbox,
    read: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dispatch,
    async close(how, at) {
      const next = closing(state.session, how, at);
      switch (next.type) {
        case "ignored":
          return;
        case "unchanged":
          return dispatch(travel({ type: "closed", how: "answered" }));
        case "ask-verdict":
          dispatch({ type: "edit", edit: { type: "ask-verdict" } });
          verdictSends = true;
          return;
        case "refused":
          if (next.finding !== null) dispatch({ type: "edit", edit: { type: "select", key: next.finding } });
          if (next.tool !== null) dispatch({ type: "edit", edit: { type: "arm", shape: next.tool } });
          return dispatch({ type: "notice", text: next.message, tone: "warn" });
        case "send": {
          performance.mark("ts-submit", { startTime: at });
          active = activity.heard(active, now());
          const spent = Math.round(active.item);
          const id = newId();
          const submission = {
            submission_id: id,
            base_revision: next.baseRevision,
            answer: next.answer,
            active_ms: spent,
          };
          if (!(await write(next.lease, id, { kind: "annotation", submission }))) return;
          itemTimes = [...itemTimes, spent].slice(-15);
          active = activity.nextItem(active);
          submittedAt = at;
          dispatch(travel({ type: "closed", how: "answered" }));
        }
      }
    },
    async putAway(act) {
      const { open } = state.session;
      if (open === null || open.correcting !== null) return;
      if (!(await write(open.lease, newId(), act))) return;
      active = activity.nextItem(active);
      dispatch(travel({ type: "closed", how: "put-away" }));
      const text = act.kind === "skip" ? `Skipped: ${SKIP_SAID[act.reason]}.` : "Sent to the adjudicator.";
      dispatch({ type: "notice", text });
    },
    painted(lease, at) {
      // Looking begins when there is something to see.
      if (document.visibilityState === "visible") active = activity.heard(active, at);
      if (submittedAt !== null && state.session.open?.lease.id === lease) {
        performance.mark("ts-painted", { startTime: at });
        performance.measure("ts-submit-to-paint", { start: submittedAt, end: at });
        submittedAt = null;
      }
      dispatch(travel({ type: "shown", lease, at }));
      const due = waitingKeys;
      waitingKeys = [];
      for (const key of due) if (at - key.at <= KEYS_WAIT_MS) key.run();
    },
    whenShown(run, at) {
      if (state.session.open?.shownAt != null || state.session.open === null) run();
      else waitingKeys = [...waitingKeys, { run, at }];
    },
    heard(at) {
      active = activity.heard(active, at);
    },
    left(at) {
      active = activity.left(active, at);
    },
    activity: () => active,
    refill,
    async resume() {
      set({ signedOut: false });
      await outbox.resume();
      await refill();
    },
    received(lease, receipt) {
      if (receipt === null) return;
      dispatch(travel({ type: "receipt", lease, revision: receipt.revision }));
      if (receipt.test !== null) set({ test: receipt.test });
    },
    dismissTest() {
      set({ test: null });
    },
    stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      pool.close();
    },
  };

  pool.subscribe(() => {
    if (stopped) return;
    set({});
    // Is it this image or the connection? Asking for leases tells.
    if (state.picture?.state === "failed" && !state.offline) void refill();
  });
  void options.mine().then(
    (leases) => dispatch(travel({ type: "history", leases: [...leases].reverse() })),
    () => undefined,
  );
  void refill();
  return desk;
}
