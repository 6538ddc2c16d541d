import { describe, expect, it, vi } from "vitest";
import { createPool, depthFor, median } from "./pool";

function fakes() {
  const closed: string[] = [];
  const aborted: string[] = [];
  const open = new Map<string, (value: ImageBitmap) => void>();
  const load = (url: string, signal: AbortSignal) =>
    new Promise<ImageBitmap>((resolve, reject) => {
      open.set(url, resolve);
      signal.addEventListener("abort", () => {
        aborted.push(url);
        reject(new DOMException("", "AbortError"));
      });
    });
  const arrive = (url: string) =>
    open.get(url)?.({ close: () => closed.push(url) } as unknown as ImageBitmap);
  return { closed, aborted, load, arrive };
}
const want = (...keys: string[]) => keys.map((key) => ({ key, url: key }));

describe("the bitmap pool", () => {
  it("keeps two behind and closes every bitmap that leaves", async () => {
    const { load, arrive, closed } = fakes();
    const pool = createPool({ load });
    for (const key of ["a", "b", "c", "d"]) {
      pool.want(want(key));
      arrive(key);
      await vi.waitFor(() => expect(pool.get(key)?.state).toBe("ready"));
    }
    expect(closed).toEqual(["a"]);
    pool.close();
    expect(closed.sort()).toEqual(["a", "b", "c", "d"]);
  });
  it("gives up loading what is no longer wanted, and closes it when it arrives all the same", async () => {
    const { load, arrive, closed, aborted } = fakes();
    const pool = createPool({ load: (url) => load(url, new AbortController().signal), behind: 0 });
    pool.want(want("a", "b"));
    pool.want(want("c"));
    arrive("b");
    await vi.waitFor(() => expect(closed).toEqual(["b"]));
    const strict = createPool({ load, behind: 0 });
    strict.want(want("x"));
    strict.want(want("y"));
    expect(aborted).toEqual(["x"]);
  });
  it("says why an image failed and loads it again on request", async () => {
    let fails = true;
    const bitmap = { close: () => undefined } as unknown as ImageBitmap;
    const pool = createPool({
      load: () => (fails ? Promise.reject(new Error("gone")) : Promise.resolve(bitmap)),
    });
    pool.want(want("a"));
    await vi.waitFor(() => expect(pool.get("a")).toEqual({ state: "failed", reason: "gone" }));
    fails = false;
    pool.retry({ key: "a", url: "a" });
    await vi.waitFor(() => expect(pool.get("a")?.state).toBe("ready"));
  });
});

it("looks three ahead, and up to eight when a person outruns the line", () => {
  expect(depthFor(null, 500)).toBe(3);
  expect(depthFor(5000, 500)).toBe(3);
  expect(depthFor(900, 500)).toBeGreaterThan(3);
  expect(depthFor(100, 900)).toBe(8);
});

it("the median of nothing is nothing", () => {
  expect([median([]), median([3]), median([1, 3]), median([9, 1, 2])]).toEqual([null, 3, 2, 2]);
});
