/**
 * Decoded images around the open one. Bitmaps live outside the garbage collector's sight, so every one that leaves the
 * pool is closed by hand; that keeps memory flat over a day.
 */

export interface Wanted {
  readonly key: string;
  readonly url: string;
}

export type Picture =
  | { readonly state: "loading" }
  | { readonly state: "ready"; readonly bitmap: ImageBitmap; readonly loadMs: number }
  | { readonly state: "failed"; readonly reason: string };

export interface PoolOptions {
  readonly load?: (url: string, signal: AbortSignal) => Promise<ImageBitmap>;
  readonly now?: () => number;
  /** How many images that were looked at stay decoded for going back. */
  readonly behind?: number;
}

export interface BitmapPool {
  /** Says what is wanted now, the open image first; the rest is dropped but for the last few seen. */
  want: (wanted: readonly Wanted[]) => void;
  get: (key: string) => Picture | undefined;
  retry: (wanted: Wanted) => void;
  /** Median time to fetch and decode of the last images, or null before the first. */
  medianLoadMs: () => number | null;
  subscribe: (listener: () => void) => () => void;
  close: () => void;
}

export const LEAST_AHEAD = 3;
export const MOST_AHEAD = 8;

/** Three ahead; when a person needs less than twice the loading time for an image, up to eight. */
export function depthFor(itemMs: number | null, loadMs: number | null): number {
  if (itemMs === null || loadMs === null || itemMs <= 0 || itemMs >= 2 * loadMs) return LEAST_AHEAD;
  return Math.min(MOST_AHEAD, Math.max(LEAST_AHEAD, Math.ceil((2 * loadMs) / itemMs) + LEAST_AHEAD));
}

export function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle];
  if (high === undefined) return null;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? high) + high) / 2;
}

/** Fetches the original pixels and decodes them off the main thread, upright, in the display's colours. */
export async function loadBitmap(url: string, signal: AbortSignal): Promise<ImageBitmap> {
  const response = await fetch(url, { credentials: "same-origin", signal });
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  return await createImageBitmap(await response.blob(), { imageOrientation: "from-image" });
}

interface Slot {
  picture: Picture;
  readonly abort: AbortController;
}

export function createPool(options: PoolOptions = {}): BitmapPool {
  const load = options.load ?? loadBitmap;
  const now = options.now ?? (() => performance.now());
  const behind = options.behind ?? 2;
  const slots = new Map<string, Slot>();
  const listeners = new Set<() => void>();
  let times: readonly number[] = [];
  /** Keys that were first in line, latest first. */
  let seen: readonly string[] = [];

  const tell = () => {
    for (const listener of listeners) listener();
  };

  const start = ({ key, url }: Wanted) => {
    const slot: Slot = { picture: { state: "loading" }, abort: new AbortController() };
    slots.set(key, slot);
    const began = now();
    load(url, slot.abort.signal).then(
      (bitmap) => {
        if (slots.get(key) !== slot) return bitmap.close();
        const loadMs = now() - began;
        times = [...times, loadMs].slice(-15);
        slot.picture = { state: "ready", bitmap, loadMs };
        tell();
      },
      (error: unknown) => {
        if (slots.get(key) !== slot) return;
        slot.picture = {
          state: "failed",
          reason: error instanceof Error ? error.message : "It cannot be read.",
        };
        tell();
      },
    );
  };

  const drop = (key: string) => {
    const slot = slots.get(key);
    if (slot === undefined) return;
    slots.delete(key);
    if (slot.picture.state === "ready") slot.picture.bitmap.close();
    else slot.abort.abort();
  };

  return {
    want(wanted) {
      const [first] = wanted;
      if (first !== undefined && seen[0] !== first.key)
        seen = [first.key, ...seen.filter((key) => key !== first.key)];
      seen = seen.slice(0, behind + 1);
      const kept = new Set([...wanted.map(({ key }) => key), ...seen]);
      for (const key of [...slots.keys()]) if (!kept.has(key)) drop(key);
      for (const one of wanted) if (!slots.has(one.key)) start(one);
    },
    get: (key) => slots.get(key)?.picture,
    retry(wanted) {
      drop(wanted.key);
      start(wanted);
      tell();
    },
    medianLoadMs: () => median(times),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      for (const key of [...slots.keys()]) drop(key);
    },
  };
}
