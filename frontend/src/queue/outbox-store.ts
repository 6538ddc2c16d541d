/** Where unsent answers lie: IndexedDB, or memory where the browser refuses to store. */
import { openDB } from "idb";
import type { DBSchema, IDBPDatabase } from "idb";
import type { Problem, SkipReason, Submission } from "./types";

export type Act =
  | { readonly kind: "annotation"; readonly submission: Submission }
  | { readonly kind: "skip"; readonly reason: SkipReason; readonly note: string }
  | { readonly kind: "escalate"; readonly note: string };

export interface Entry {
  /** Also the submission_id of an annotation: sending it twice makes one. */
  readonly id: string;
  /** Order of writing; the store counts it. */
  readonly seq: number;
  /** Whose answer it is: nobody else's session ever sends it. */
  readonly user: string;
  readonly campaign: string;
  readonly lease: string;
  /** For the person who has to decide about a refused answer. */
  readonly title: string;
  readonly act: Act;
  readonly madeAt: string;
  readonly state: "queued" | "refused";
  readonly attempts: number;
  readonly problem: Problem | null;
}

export type NewEntry = Omit<Entry, "seq">;

export interface OutboxStore {
  readonly kind: "disk" | "memory";
  /** Resolves when the entry is on the disk. */
  add: (entry: NewEntry) => Promise<void>;
  change: (id: string, change: Partial<Pick<Entry, "state" | "attempts" | "problem">>) => Promise<void>;
  remove: (id: string) => Promise<void>;
  /** Entries of one person in the order of writing. */
  list: (user: string) => Promise<readonly Entry[]>;
  /** How many entries belong to other people. */
  countOthers: (user: string) => Promise<number>;
}

interface OutboxSchema extends DBSchema {
  entries: {
    key: number;
    value: Omit<Entry, "seq"> & { seq?: number };
    indexes: { id: string; user: string };
  };
}

const NAME = "touchstone-outbox";

export async function openOutboxStore(name: string = NAME): Promise<OutboxStore> {
  try {
    const database = await openDB<OutboxSchema>(name, 1, {
      upgrade(fresh) {
        const store = fresh.createObjectStore("entries", { keyPath: "seq", autoIncrement: true });
        store.createIndex("id", "id", { unique: true });
        store.createIndex("user", "user");
      },
    });
    return diskStore(database);
  } catch {
    return memoryStore();
  }
}

function diskStore(database: IDBPDatabase<OutboxSchema>): OutboxStore {
  const writing = () => database.transaction("entries", "readwrite", { durability: "strict" });
  return {
    kind: "disk",
    async add(entry) {
      const transaction = writing();
      await Promise.all([transaction.store.add({ ...entry }), transaction.done]);
    },
    async change(id, change) {
      const transaction = writing();
      const entry = await transaction.store.index("id").get(id);
      if (entry !== undefined) await transaction.store.put({ ...entry, ...change });
      await transaction.done;
    },
    async remove(id) {
      const transaction = writing();
      const key = await transaction.store.index("id").getKey(id);
      if (key !== undefined) await transaction.store.delete(key);
      await transaction.done;
    },
    async list(user) {
      const entries = await database.getAllFromIndex("entries", "user", user);
      return entries.map((entry) => ({ ...entry, seq: entry.seq ?? 0 })).sort((a, b) => a.seq - b.seq);
    },
    async countOthers(user) {
      return (await database.count("entries")) - (await database.countFromIndex("entries", "user", user));
    },
  };
}

export function memoryStore(): OutboxStore {
  let entries: readonly Entry[] = [];
  let next = 1;
  return {
    kind: "memory",
    add(entry) {
      entries = [...entries, { ...entry, seq: next }];
      next += 1;
      return Promise.resolve();
    },
    change(id, change) {
      entries = entries.map((entry) => (entry.id === id ? { ...entry, ...change } : entry));
      return Promise.resolve();
    },
    remove(id) {
      entries = entries.filter((entry) => entry.id !== id);
      return Promise.resolve();
    },
    list: (user) => Promise.resolve(entries.filter((entry) => entry.user === user)),
    countOthers: (user) => Promise.resolve(entries.filter((entry) => entry.user !== user).length),
  };
}
