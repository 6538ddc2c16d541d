/**
 * Unsent answers: written before the next image appears, sent in order, gone only when the server said "saved".
 *
 * Sending again is harmless (same submission id, same Receipt). One tab sends at a time. No answer from the server, 429
 * or 5xx: later, with growing pauses. 401: everything waits for the sign-in. 409, 422 and other refusals: the answer
 * is kept with the reason until the person decides. Entries of another person are never sent and never shown.
 */
import type { Entry, NewEntry, OutboxStore } from "./outbox-store";
import type { Problem, Receipt } from "./types";

export type SendResult =
  | { readonly type: "saved"; readonly receipt: Receipt | null }
  | { readonly type: "refused"; readonly problem: Problem }
  | { readonly type: "later"; readonly offline: boolean; readonly afterMs: number | null }
  | { readonly type: "signed-out" }
  | { readonly type: "other-user" };

export interface OutboxState {
  /** Written and not yet acknowledged. */
  readonly waiting: number;
  /** Leases of these. */
  readonly leases: readonly string[];
  readonly sending: boolean;
  readonly refused: readonly Entry[];
  readonly offline: boolean;
  /** The session is over, or somebody else's: nothing is sent. */
  readonly halted: "signed-out" | "other-user" | null;
  readonly othersWaiting: number;
  readonly storage: OutboxStore["kind"];
}

export interface OutboxOptions {
  readonly user: string;
  readonly store: OutboxStore;
  readonly send: (entry: Entry) => Promise<SendResult>;
  readonly onSaved?: (entry: Entry, receipt: Receipt | null) => void;
  readonly onRefused?: (entry: Entry, problem: Problem) => void;
  /** Web Locks where the browser has them. */
  readonly locks?: LockManager | undefined;
  readonly channel?: BroadcastChannel | undefined;
  readonly random?: () => number;
  readonly setTimer?: (run: () => void, ms: number) => number;
  readonly clearTimer?: (timer: number) => void;
}

export interface Outbox {
  readonly user: string;
  /** Resolves when the entry is on the disk. Rejects when it could not be written: then the image must stay. */
  add: (entry: Omit<NewEntry, "user" | "state" | "attempts" | "problem">) => Promise<void>;
  flush: () => Promise<void>;
  /** After a sign-in of the same person. */
  resume: () => Promise<void>;
  retry: (id: string) => Promise<void>;
  discard: (id: string) => Promise<void>;
  read: () => OutboxState;
  subscribe: (listener: () => void) => () => void;
  close: () => void;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 20_000;

/** Pause before try n (from 0): doubling up to twenty seconds, half to one and a half of it at random. */
export function pauseBefore(attempt: number, random: () => number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** attempt, LONGEST_PAUSE_MS) * (0.5 + random());
}

export function createOutbox(options: OutboxOptions): Outbox {
  const { user, store, locks, channel } = options;
  const random = options.random ?? Math.random;
  const setTimer = options.setTimer ?? ((run, ms) => window.setTimeout(run, ms));
  const clearTimer = options.clearTimer ?? ((timer) => window.clearTimeout(timer));
  const listeners = new Set<() => void>();
  let timer: number | null = null;
  let failures = 0;
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  let closed = false;
  let state: OutboxState = {
    waiting: 0,
    leases: [],
    sending: false,
    refused: [],
    offline: false,
    halted: null,
    othersWaiting: 0,
    storage: store.kind,
  };

  const update = (change: Partial<OutboxState>) => {
    state = { ...state, ...change };
    for (const listener of listeners) listener();
  };

  const recount = async () => {
    const entries = await store.list(user);
    const queued = entries.filter((entry) => entry.state === "queued");
    update({
      waiting: queued.length,
      leases: queued.map((entry) => entry.lease),
      refused: entries.filter((entry) => entry.state === "refused"),
      othersWaiting: await store.countOthers(user),
    });
  };

  const told = async () => {
    await recount();
    channel?.postMessage("changed");
  };

  const later = (ms: number) => {
    if (closed) return;
    if (timer !== null) clearTimer(timer);
    timer = setTimer(() => {
      timer = null;
      void flush();
    }, ms);
  };

  /** Sends what is due; a lease whose answer has to wait holds back only its own later answers. */
  const drain = async () => {
    const heldBack = new Set<string>();
    let longest: number | null = null;
    for (;;) {
      if (closed || state.halted !== null) return;
      const due = (await store.list(user)).find(
        (entry) => entry.state === "queued" && !heldBack.has(entry.lease),
      );
      if (due === undefined) break;
      update({ sending: true });
      const result = await options.send(due);
      if (result.type === "signed-out" || result.type === "other-user") {
        update({ halted: result.type });
        return;
      }
      if (result.type === "later") {
        await store.change(due.id, { attempts: due.attempts + 1 });
        longest = Math.max(
          longest ?? 0,
          result.afterMs ?? pauseBefore(Math.max(failures, due.attempts), random),
        );
        update({ offline: result.offline });
        if (result.offline) break;
        heldBack.add(due.lease);
        continue;
      }
      failures = 0;
      if (result.type === "saved") await store.remove(due.id);
      else await store.change(due.id, { state: "refused", problem: result.problem });
      update({ offline: false });
      await told();
      if (result.type === "saved") options.onSaved?.(due, result.receipt);
      else options.onRefused?.(due, result.problem);
    }
    if (longest !== null) {
      failures += 1;
      later(longest);
    } else update({ offline: false }); // nothing is left, perhaps because another tab sent it
  };

  const round = async () => {
    try {
      if (locks === undefined) await drain();
      else await locks.request(`touchstone-outbox-${user}`, drain);
    } catch {
      // The disk itself did not answer: nothing is lost, and a later round tries again.
      later(pauseBefore((failures += 1), random));
    } finally {
      update({ sending: false });
      await recount().catch(() => undefined);
    }
  };

  /** Resolves when a whole round has passed that began after the call. */
  const flush = (): Promise<void> => {
    if (closed) return Promise.resolve();
    if (running === null) {
      running = round().finally(() => {
        running = null;
      });
      return running;
    }
    next ??= running.then(() => {
      next = null;
      return flush();
    });
    return next;
  };

  if (channel) channel.onmessage = () => void recount().catch(() => undefined);
  void recount().catch(() => undefined);

  return {
    user,
    async add(entry) {
      await store.add({ ...entry, user, state: "queued", attempts: 0, problem: null });
      update({ waiting: state.waiting + 1, leases: [...state.leases, entry.lease] });
      channel?.postMessage("changed");
      void flush();
    },
    flush,
    async resume() {
      failures = 0;
      update({ halted: null });
      await flush();
    },
    async retry(id) {
      await store.change(id, { state: "queued", problem: null });
      await told();
      await flush();
    },
    async discard(id) {
      await store.remove(id);
      await told();
    },
    read: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      closed = true;
      if (timer !== null) clearTimer(timer);
      channel?.close();
    },
  };
}
