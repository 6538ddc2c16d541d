import { useCallback, useEffect, useRef, useState } from "react";
import { api } from "../api/client";
import { isProblem, type ProblemError } from "../api/problem";
import type { FileDocument, Operation, TaxonomyDraft, Work } from "./document";

const PAUSE = 1200;
const KEPT = 100;

export interface Conflict {
  etag: string;
  by: string;
  theirs: Work;
}

export interface DraftDesk {
  work: Work;
  facts: TaxonomyDraft;
  state: "saved" | "waiting" | "saving" | "refused" | "conflict";
  problem: unknown;
  conflict: Conflict | null;
  canUndo: boolean;
  change: (next: Work) => void;
  undo: () => void;
  /** Saves now what is not saved yet; true when the server has it all. */
  save: () => Promise<boolean>;
  takeMine: () => void;
  takeTheirs: () => void;
}

function workOf(draft: TaxonomyDraft): Work {
  return { document: draft.document as unknown as FileDocument, operations: draft.operations as Operation[] };
}

/** The draft under the hands of one owner: saved a moment after each change, never over somebody else's. */
export function useDraft(slug: string, loaded: TaxonomyDraft): DraftDesk {
  const [facts, setFacts] = useState(loaded);
  const [work, setWork] = useState(() => workOf(loaded));
  const [past, setPast] = useState<readonly Work[]>([]);
  const [state, setState] = useState<DraftDesk["state"]>("saved");
  const [problem, setProblem] = useState<unknown>(null);
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const latest = useRef(work);
  const stored = useRef(work);
  const etag = useRef(loaded.etag);
  const busy = useRef<Promise<boolean> | null>(null);

  const send = useCallback(async (): Promise<boolean> => {
    const sent = latest.current;
    setState("saving");
    try {
      const body = { document: sent.document, operations: sent.operations };
      const saved = await api.put<TaxonomyDraft>(`/taxonomies/${slug}/draft`, body, {
        ifMatch: etag.current,
      });
      etag.current = saved.etag;
      stored.current = sent;
      setFacts(saved);
      setProblem(null);
      setState(latest.current === sent ? "saved" : "waiting");
      return latest.current === sent;
    } catch (error) {
      if (isProblem(error, "draft-changed")) {
        setConflict(conflictOf(error));
        setState("conflict");
      } else {
        setProblem(error);
        setState("refused");
      }
      return false;
    }
  }, [slug]);

  const save = useCallback(async (): Promise<boolean> => {
    if (busy.current) await busy.current;
    if (stored.current === latest.current) return true;
    busy.current = send();
    try {
      return await busy.current;
    } finally {
      busy.current = null;
    }
  }, [send]);

  useEffect(() => {
    if (state !== "waiting") return undefined;
    const timer = window.setTimeout(() => void save(), PAUSE);
    return () => window.clearTimeout(timer);
  }, [state, work, save]);

  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (stored.current !== latest.current) event.preventDefault();
    };
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, []);

  const put = (next: Work) => {
    latest.current = next;
    setWork(next);
    setState((now) => (now === "conflict" ? now : "waiting"));
  };
  return {
    work,
    facts,
    state,
    problem,
    conflict,
    canUndo: past.length > 0,
    change: (next) => {
      setPast((before) => [...before.slice(1 - KEPT), work]);
      put(next);
    },
    undo: () => {
      const before = past.at(-1);
      if (!before) return;
      setPast(past.slice(0, -1));
      put(before);
    },
    save,
    takeMine: () => {
      if (!conflict) return;
      etag.current = conflict.etag;
      setConflict(null);
      setState("waiting");
    },
    takeTheirs: () => {
      if (!conflict) return;
      etag.current = conflict.etag;
      setPast((before) => [...before, work]);
      latest.current = conflict.theirs;
      stored.current = conflict.theirs;
      setWork(conflict.theirs);
      setConflict(null);
      setState("saved");
    },
  };
}

function conflictOf(error: ProblemError): Conflict {
  const body = error.body as unknown as {
    etag: string;
    updated_by: string | null;
    document: FileDocument;
    operations: Operation[];
  };
  return {
    etag: body.etag,
    by: body.updated_by ?? "Somebody",
    theirs: { document: body.document, operations: body.operations },
  };
}
