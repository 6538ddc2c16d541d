/** The desk of one campaign for the signed-in person, for as long as the page is open. */
import { useEffect, useState } from "react";
import { useLoad } from "../api/load";
import { sessionEnded, useSession, useSignedIn } from "../api/session";
import { reportWaiting } from "../api/waiting";
import { catalogue } from "./catalogue";
import type { Catalogue } from "./catalogue";
import { createDesk } from "./desk";
import type { Desk } from "./desk";
import { createOutbox } from "./outbox";
import { openOutboxStore } from "./outbox-store";
import { travel } from "./session";
import { fetchMine, fetchWorkspace, sendEntry, takeLeases } from "./transport";

export interface DeskReady {
  readonly book: Catalogue;
  readonly desk: Desk;
}

export function useDesk(campaign: string): { ready: DeskReady | null; error: unknown; retry: () => void } {
  const { user } = useSignedIn();
  const { data, error, retry } = useLoad(campaign, (signal) => fetchWorkspace(campaign, signal));
  const [ready, setReady] = useState<DeskReady | null>(null);
  useEffect(() => {
    if (data === undefined) return;
    const book = catalogue(data);
    let desk: Desk | null = null;
    let gone = false;
    void open(user.id, campaign, book).then((opened) => {
      if (gone) return stop(opened);
      desk = opened;
      setReady({ book, desk: opened });
    });
    return () => {
      gone = true;
      if (desk !== null) stop(desk);
      setReady(null);
    };
  }, [data, campaign, user.id]);
  useSessionOver(ready?.desk ?? null, user.id);
  useLeaveGuard(ready?.desk ?? null);
  return { ready, error, retry };
}

async function open(user: string, campaign: string, book: Catalogue): Promise<Desk> {
  const store = await openOutboxStore();
  void navigator.storage?.persist?.();
  let desk: Desk | null = null;
  const outbox = createOutbox({
    user,
    store,
    send: sendEntry,
    locks: navigator.locks,
    channel:
      typeof BroadcastChannel === "undefined" ? undefined : new BroadcastChannel(`touchstone-outbox-${user}`),
    onSaved: (entry, receipt) => {
      if (entry.campaign === campaign) desk?.received(entry.lease, receipt);
    },
    onRefused: (entry, problem) => {
      desk?.dispatch(travel({ type: "reopened", lease: entry.lease }));
      const text =
        problem.type === "lease-lost"
          ? "Another reviewer holds that image by now"
          : "An answer was not accepted";
      desk?.dispatch({ type: "notice", text: `${text}; what you answered is kept.`, tone: "warn" });
    },
  });
  desk = createDesk({
    book,
    outbox,
    take: (count) => takeLeases(campaign, count),
    mine: () => fetchMine(campaign),
  });
  void outbox.flush();
  return desk;
}

function stop(desk: Desk): void {
  desk.stop();
  desk.outbox.close();
}

/** 401 anywhere: the app's dialog comes up over the work. The same person back: everything goes on. */
function useSessionOver(desk: Desk | null, user: string): void {
  const { data: session } = useSession();
  useEffect(() => {
    if (desk === null) return;
    let was = false;
    const look = () => {
      reportWaiting(desk.outbox.read().waiting);
      const over = desk.read().signedOut || desk.outbox.read().halted === "signed-out";
      // Only when it becomes so: while desk and outbox resume one after the other, one of them still says it.
      if (over && !was) sessionEnded();
      was = over;
    };
    const stops = [desk.subscribe(look), desk.outbox.subscribe(look)];
    return () => stops.forEach((end) => end());
  }, [desk]);
  const here = session?.user.id ?? null;
  useEffect(() => {
    if (desk === null || here !== user) return;
    if (desk.read().signedOut || desk.outbox.read().halted !== null) void desk.resume();
  }, [desk, here, user]);
}

/** Asks before the page is closed while answers are unsent, and tries again when the connection comes back. */
function useLeaveGuard(desk: Desk | null): void {
  useEffect(() => {
    if (desk === null) return;
    const leave = (event: BeforeUnloadEvent) => {
      if (desk.outbox.read().waiting > 0) event.preventDefault();
    };
    const back = () => {
      void desk.outbox.flush();
      void desk.refill();
    };
    const hidden = () => {
      if (document.visibilityState === "hidden") desk.left(performance.now());
      else void desk.refill();
    };
    window.addEventListener("beforeunload", leave);
    window.addEventListener("online", back);
    document.addEventListener("visibilitychange", hidden);
    return () => {
      window.removeEventListener("beforeunload", leave);
      window.removeEventListener("online", back);
      document.removeEventListener("visibilitychange", hidden);
    };
  }, [desk]);
}
