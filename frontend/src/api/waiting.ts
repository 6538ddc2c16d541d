import { useSyncExternalStore } from "react";

let waiting = 0;
const listeners = new Set<() => void>();

/** The outbox tells how many answers are on disk and not yet acknowledged by the server. */
export function reportWaiting(count: number): void {
  waiting = count;
  for (const listener of listeners) listener();
}

/** How many answers wait to be sent; shown in the top bar and asked before signing out. */
export function useWaiting(): number {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => waiting,
  );
}
