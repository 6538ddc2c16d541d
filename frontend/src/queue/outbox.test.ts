import { afterEach, describe, expect, it, vi } from "vitest";
import { createOutbox, pauseBefore } from "./outbox";
import type { Outbox, OutboxOptions, SendResult } from "./outbox";
import { memoryStore, openOutboxStore } from "./outbox-store";
import type { Entry, OutboxStore } from "./outbox-store";
import { CLEAN } from "./test-cast";

let count = 0;
const opened: Outbox[] = [];
const freshStore = () => openOutboxStore(`outbox-${(count += 1)}`);
const receipt = (entry: Entry) => ({
  lease: entry.lease,
  revision: 1,
  recorded_at: "",
  late: false,
  test: null,
});
const saved = (entry: Entry): Promise<SendResult> =>
  Promise.resolve({ type: "saved", receipt: receipt(entry) });

function entry(id: string, lease = id) {
  const submission = { submission_id: id, base_revision: 0, answer: CLEAN, active_ms: 1 };
  return {
    id,
    campaign: "c",
    lease,
    title: id,
    madeAt: "",
    act: { kind: "annotation", submission },
  } as const;
}

function outboxOn(store: OutboxStore, options: Partial<OutboxOptions> = {}): Outbox {
  const outbox = createOutbox({ user: "ada", store, send: saved, random: () => 0.5, ...options });
  opened.push(outbox);
  return outbox;
}

afterEach(() => opened.splice(0).forEach((outbox) => outbox.close()));

describe("the outbox", () => {
  it("has the entry on the disk when add resolves, before anything is sent", async () => {
    const store = await freshStore();
    const outbox = outboxOn(store, { send: () => new Promise(() => undefined) });
    await outbox.add(entry("s1"));
    expect((await store.list("ada")).map(({ id }) => id)).toEqual(["s1"]);
    expect(outbox.read().waiting).toBe(1);
  });

  it("sends in the order of writing and forgets what was saved", async () => {
    const store = await freshStore();
    const sent: string[] = [];
    const outbox = outboxOn(store, { send: (one) => (sent.push(one.id), saved(one)) });
    await outbox.add(entry("s1"));
    await outbox.add(entry("s2"));
    await outbox.flush();
    expect(sent).toEqual(["s1", "s2"]);
    expect(await store.list("ada")).toEqual([]);
    expect(outbox.read()).toMatchObject({ waiting: 0, sending: false });
  });

  it("survives the page: a new outbox on the same disk sends what the old one left", async () => {
    const store = await freshStore();
    await outboxOn(store, { send: () => new Promise(() => undefined) }).add(entry("s1"));
    const sent: string[] = [];
    await outboxOn(store, { send: (one) => (sent.push(one.id), saved(one)) }).flush();
    expect(sent).toEqual(["s1"]);
  });

  it("tries again with growing pauses while there is no answer, with the same submission", async () => {
    const store = await freshStore();
    const answers: SendResult[] = [
      { type: "later", offline: true, afterMs: null },
      { type: "later", offline: true, afterMs: null },
    ];
    const pauses: number[] = [];
    let due: (() => void) | null = null;
    const sent: string[] = [];
    const outbox = outboxOn(store, {
      send: (one) => {
        sent.push(one.id);
        const answer = answers.shift();
        return answer === undefined ? saved(one) : Promise.resolve(answer);
      },
      setTimer: (run, ms) => {
        pauses.push(ms);
        due = run;
        return 1;
      },
      clearTimer: () => undefined,
    });
    await outbox.add(entry("s1"));
    await outbox.flush();
    await vi.waitFor(() => expect(outbox.read().offline).toBe(true));
    for (let turn = 0; turn < 2; turn += 1) {
      (due as (() => void) | null)?.();
      await outbox.flush();
    }
    expect(new Set(sent)).toEqual(new Set(["s1"]));
    expect(pauses[1]).toBeGreaterThan(pauses[0] ?? Infinity);
    expect(await store.list("ada")).toEqual([]);
    expect(outbox.read().offline).toBe(false);
  });

  it("a server error of one answer does not hold back the others", async () => {
    const store = await freshStore();
    const outbox = outboxOn(store, {
      send: (one) =>
        one.id === "s1" ? Promise.resolve({ type: "later", offline: false, afterMs: 60_000 }) : saved(one),
      setTimer: () => 1,
      clearTimer: () => undefined,
    });
    await outbox.add(entry("s1"));
    await outbox.add(entry("s2"));
    await outbox.flush();
    expect((await store.list("ada")).map(({ id }) => id)).toEqual(["s1"]);
  });

  it("keeps the order of answers to one lease: a correction waits for what it corrects", async () => {
    const store = await freshStore();
    const sent: string[] = [];
    const outbox = outboxOn(store, {
      send: (one) => {
        sent.push(one.id);
        return Promise.resolve({ type: "later", offline: false, afterMs: 60_000 });
      },
      setTimer: () => 1,
      clearTimer: () => undefined,
    });
    await outbox.add(entry("s1", "lease"));
    await outbox.add(entry("s2", "lease"));
    await outbox.flush();
    expect(sent).not.toContain("s2");
  });

  it("keeps everything at 401 and goes on after the sign-in", async () => {
    const store = await freshStore();
    let isIn = false;
    const outbox = outboxOn(store, {
      send: (one) => (isIn ? saved(one) : Promise.resolve({ type: "signed-out" })),
    });
    await outbox.add(entry("s1"));
    await outbox.add(entry("s2"));
    await outbox.flush();
    expect(outbox.read()).toMatchObject({ halted: "signed-out", waiting: 2 });
    isIn = true;
    await outbox.resume();
    expect(outbox.read()).toMatchObject({ halted: null, waiting: 0 });
  });

  it("never sends another person's entries, only counts them", async () => {
    const store = await freshStore();
    await outboxOn(store, { user: "ben", send: () => new Promise(() => undefined) }).add(entry("of-ben"));
    const sent: string[] = [];
    const outbox = outboxOn(store, { send: (one) => (sent.push(one.id), saved(one)) });
    await outbox.add(entry("of-ada"));
    await outbox.flush();
    expect(sent).toEqual(["of-ada"]);
    expect(outbox.read().othersWaiting).toBe(1);
    expect((await store.list("ben")).map(({ id }) => id)).toEqual(["of-ben"]);
  });

  it("stops when the session turns out to be somebody else's", async () => {
    const store = await freshStore();
    const outbox = outboxOn(store, { send: () => Promise.resolve({ type: "other-user" }) });
    await outbox.add(entry("s1"));
    await outbox.flush();
    expect(outbox.read()).toMatchObject({ halted: "other-user", waiting: 1 });
  });

  it("keeps a refused answer with its content and reason until the person decides", async () => {
    const store = await freshStore();
    const problem = { type: "lease-lost", title: "Lease lost", status: 409 };
    let refuses = true;
    const heard: string[] = [];
    const outbox = outboxOn(store, {
      send: (one) => (refuses ? Promise.resolve({ type: "refused", problem }) : saved(one)),
      onRefused: (one) => heard.push(one.id),
    });
    await outbox.add(entry("s1"));
    await outbox.add(entry("s2"));
    await outbox.flush();
    expect(heard).toEqual(["s1", "s2"]);
    expect(outbox.read().refused[0]).toMatchObject({ id: "s1", problem, act: entry("s1").act });
    expect(outbox.read().waiting).toBe(0);
    await outbox.discard("s2");
    refuses = false;
    await outbox.retry("s1");
    expect(outbox.read().refused).toEqual([]);
    expect(await store.list("ada")).toEqual([]);
  });

  it("two tabs on one disk send each answer once when they share a lock", async () => {
    const store = await freshStore();
    const sent: string[] = [];
    let line = Promise.resolve();
    const locks = {
      request: (_name: string, run: () => Promise<void>) => (line = line.then(run)),
    } as unknown as LockManager;
    const send = async (one: Entry) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      sent.push(one.id);
      return saved(one);
    };
    const tabs = [outboxOn(store, { send, locks }), outboxOn(store, { send, locks })];
    await tabs[0]?.add(entry("s1"));
    await tabs[1]?.add(entry("s2"));
    await Promise.all(tabs.map((tab) => tab.flush()));
    expect(sent.sort()).toEqual(["s1", "s2"]);
  });

  it("falls back to memory, and says so, where the browser stores nothing", () => {
    expect(outboxOn(memoryStore()).read().storage).toBe("memory");
  });

  it("rejects when the entry cannot be written, so that the image stays", async () => {
    const store = { ...memoryStore(), add: () => Promise.reject(new Error("full")) };
    await expect(outboxOn(store).add(entry("s1"))).rejects.toThrow("full");
  });
});

it("pauses double up to twenty seconds and are spread at random", () => {
  expect([0, 1, 2, 10].map((attempt) => pauseBefore(attempt, () => 0.5))).toEqual([1000, 2000, 4000, 20_000]);
  expect(pauseBefore(0, () => 0)).toBe(500);
});
