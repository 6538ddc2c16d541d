/** The label route's calls, and what each refusal means for an unsent answer. */
import { api, call } from "../api/client";
import { isPassing, isProblem } from "../api/problem";
import { fetchSession } from "../api/session";
import type { SendResult } from "./outbox";
import type { Act, Entry } from "./outbox-store";
import type { Lease, LeaseGrant, Problem, Receipt, Workspace } from "./types";

export function fetchWorkspace(campaign: string, signal?: AbortSignal): Promise<Workspace> {
  return api.get<Workspace>(`/campaigns/${campaign}/workspace`, signal ? { signal } : {});
}

export function takeLeases(campaign: string, count: number): Promise<LeaseGrant> {
  return api.post<LeaseGrant>(`/campaigns/${campaign}/leases`, { count });
}

export async function fetchMine(campaign: string): Promise<readonly Lease[]> {
  const page = await api.get<{ items: readonly Lease[] }>(`/campaigns/${campaign}/mine`, {
    query: { limit: 10 },
  });
  return page.items;
}

export function releaseLease(lease: string): Promise<void> {
  return api.post<void>(`/leases/${lease}/release`, {}, { keepalive: true });
}

async function perform(lease: string, act: Act): Promise<Receipt | null> {
  switch (act.kind) {
    case "annotation":
      return (await call<Receipt>("PUT", `/leases/${lease}/annotation`, act.submission)).data;
    case "skip":
      await api.post<void>(`/leases/${lease}/skip`, { reason: act.reason, note: act.note });
      return null;
    case "escalate":
      await api.post<void>(`/leases/${lease}/escalate`, { note: act.note });
      return null;
  }
}

/** Who the browser's session belongs to now; null when nobody is signed in. Renews the CSRF token. */
export async function whoIsHere(): Promise<string | null> {
  return (await fetchSession())?.user.id ?? null;
}

/**
 * Sends one entry. Before a refusal is believed it is made sure that the session is still this person's: another tab
 * may have signed in somebody else, and then the lease is rightly unknown.
 */
export async function sendEntry(entry: Entry): Promise<SendResult> {
  try {
    return { type: "saved", receipt: await perform(entry.lease, entry.act) };
  } catch (error) {
    return await meaning(entry, error);
  }
}

async function meaning(entry: Entry, error: unknown): Promise<SendResult> {
  if (!isProblem(error)) return { type: "later", offline: false, afterMs: null };
  if (error.status === 401) return { type: "signed-out" };
  if (isPassing(error)) {
    const afterMs = error.retryAfter === null ? null : error.retryAfter * 1000;
    return { type: "later", offline: error.status === 0, afterMs };
  }
  // A second skip or escalation of the same lease finds it closed: the first one had arrived.
  if (error.status === 409 && entry.act.kind !== "annotation" && entry.attempts > 0) {
    return { type: "saved", receipt: null };
  }
  if (error.status === 403 || error.status === 404) {
    const user = await whoIsHere().catch(() => undefined);
    if (user === undefined) return { type: "later", offline: true, afterMs: null };
    if (user === null) return { type: "signed-out" };
    if (user !== entry.user) return { type: "other-user" };
  }
  return { type: "refused", problem: asProblem(error) };
}

export function asProblem(error: unknown): Problem {
  if (!isProblem(error)) {
    return { type: "unexpected", title: "Something went wrong", status: 0, detail: String(error) };
  }
  return {
    type: error.kind,
    title: error.title,
    status: error.status,
    detail: error.detail,
    violations: error.violations.map(({ pointer, detail, kind }) => ({
      pointer,
      code: kind ?? "",
      message: detail,
    })),
  };
}
