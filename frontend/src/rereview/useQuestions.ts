import { useCallback, useEffect, useRef, useState } from "react";
import { api } from "../api/client";
import { isProblem } from "../api/problem";
import { body, type Draft, type Leases, type Question } from "./reply";

const AHEAD = 3;
const AGAIN_MS = [1000, 3000, 8000, 20_000];

interface Waiting {
  lease: string;
  body: ReturnType<typeof body>;
}

export interface Desk {
  questions: readonly Question[];
  state: Leases["state"] | "loading";
  reason: string | null;
  error: unknown;
  /** Answers not acknowledged yet; they are sent again until they are. */
  waiting: number;
  refusal: string | null;
  answer: (question: Question, draft: Draft) => void;
  skip: (question: Question) => void;
  reload: () => void;
}

/** Sends until the server has it; answers what it refused, or null. */
async function deliver(one: Waiting): Promise<string | null> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      await api.put(`/rereview-leases/${one.lease}/answer`, one.body);
      return null;
    } catch (thrown) {
      if (isProblem(thrown) && thrown.status !== 401 && thrown.status < 500 && thrown.status !== 429) {
        return [thrown.detail, ...thrown.violations.map(({ detail }) => detail)].join(" ");
      }
      const pause = AGAIN_MS[Math.min(attempt, AGAIN_MS.length - 1)] ?? 20_000;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

/** Leases three ahead; an answer moves on at once and is sent again with the same id until the server has it. */
export function useQuestions(campaign: string): Desk {
  const [questions, setQuestions] = useState<readonly Question[]>([]);
  const [state, setState] = useState<Desk["state"]>("loading");
  const [reason, setReason] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [waiting, setWaiting] = useState<readonly Waiting[]>([]);
  const [refusal, setRefusal] = useState<string | null>(null);
  const done = useRef(new Set<string>());
  /** When each question came to the top. */
  const since = useRef(new Map<string, number>());
  const isTaking = useRef(false);

  const take = useCallback(async () => {
    if (isTaking.current) return;
    isTaking.current = true;
    try {
      const taken = await api.post<Leases>(`/campaigns/${campaign}/rereview/leases`, { count: AHEAD });
      const fresh = taken.leases.filter(({ id }) => !done.current.has(id));
      setQuestions((now) => [...now, ...fresh.filter(({ id }) => now.every((one) => one.id !== id))]);
      setState(taken.state);
      setReason(taken.reason);
      setError(null);
    } catch (thrown) {
      setError(thrown);
    } finally {
      isTaking.current = false;
    }
  }, [campaign]);

  useEffect(() => {
    void take();
  }, [take]);

  const top = questions[0]?.id;
  useEffect(() => {
    if (top !== undefined && !since.current.has(top)) since.current.set(top, Date.now());
  }, [top]);

  const send = async (one: Waiting) => {
    setRefusal(await deliver(one));
    setWaiting((now) => now.filter((other) => other !== one));
    void take();
  };

  const leave = (question: Question) => {
    done.current.add(question.id);
    setQuestions((now) => now.filter(({ id }) => id !== question.id));
  };
  return {
    questions,
    state,
    reason,
    error,
    waiting: waiting.length,
    refusal,
    answer(question, draft) {
      const shown = since.current.get(question.id) ?? Date.now();
      const one = {
        lease: question.id,
        body: body(draft, crypto.randomUUID(), Math.min(Date.now() - shown, 3_600_000)),
      };
      setWaiting((now) => [...now, one]);
      setRefusal(null);
      leave(question);
      void send(one);
    },
    skip(question) {
      leave(question);
      const call = api.post(`/rereview-leases/${question.id}/skip`, { reason: "unsure" });
      void call.catch(setError).then(take);
    },
    reload: () => void take(),
  };
}
