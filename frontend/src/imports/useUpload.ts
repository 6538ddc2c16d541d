import { useCallback, useRef, useState } from "react";
import { api } from "../api/client";
import { isPassing } from "../api/problem";
import { explain } from "../ui/explain";
import type { ImportDetail } from "./runs";
import { nameOf, sendFile } from "./sendFile";

export type FileState = "waiting" | "sending" | "sent" | "failed";

export interface UploadFile {
  number: number;
  file: File;
  name: string;
  state: FileState;
  /** 0 to 1. */
  share: number;
  problem: string | null;
}

export interface Upload {
  files: readonly UploadFile[];
  isSending: boolean;
  error: unknown;
  add: (files: readonly File[]) => void;
  remove: (number: number) => void;
  /** Sends what is not there yet and starts the import; answers it, or null when something is in the way. */
  send: () => Promise<ImportDetail | null>;
  cancel: () => void;
}

const AT_ONCE = 3;
const TRIES = 3;

/** Files chosen in the browser, sent one by one; a second `send` only sends what failed. */
export function useUpload(project: string): Upload {
  const [files, setFiles] = useState<readonly UploadFile[]>([]);
  const [isSending, setSending] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const next = useRef(1);
  const run = useRef<string | null>(null);
  const control = useRef<AbortController | null>(null);

  const add = useCallback((chosen: readonly File[]) => {
    const added = chosen.map((file) => ({
      number: next.current++,
      file,
      name: nameOf(file),
      state: "waiting" as const,
      share: 0,
      problem: null,
    }));
    setFiles((before) => [...before, ...added]);
  }, []);
  const change = useCallback((number: number, part: Partial<UploadFile>) => {
    setFiles((before) => before.map((one) => (one.number === number ? { ...one, ...part } : one)));
  }, []);
  const remove = useCallback((number: number) => {
    setFiles((before) => before.filter((one) => one.number !== number));
  }, []);

  const sendOne = async (id: string, one: UploadFile, signal: AbortSignal): Promise<boolean> => {
    for (let attempt = 1; ; attempt++) {
      try {
        change(one.number, { state: "sending", share: 0, problem: null });
        const onProgress = (share: number) => change(one.number, { share });
        await sendFile(id, one.number, one.file, one.name, { signal, onProgress });
        change(one.number, { state: "sent", share: 1 });
        return true;
      } catch (thrown) {
        if (signal.aborted) throw thrown;
        if (isPassing(thrown) && attempt < TRIES) {
          await new Promise((resolve) => setTimeout(resolve, 1_000 * attempt));
          continue;
        }
        const said = explain(thrown);
        change(one.number, { state: "failed", problem: said.detail ?? said.title });
        return false;
      }
    }
  };

  const send = async (): Promise<ImportDetail | null> => {
    const aborter = new AbortController();
    control.current = aborter;
    setSending(true);
    setError(null);
    try {
      run.current ??= await begin(project, files);
      const id = run.current;
      const open = files.filter((one) => one.state !== "sent");
      let isWhole = true;
      const worker = async () => {
        for (let one = open.shift(); one; one = open.shift()) {
          if (!(await sendOne(id, one, aborter.signal))) isWhole = false;
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
      return isWhole ? await api.post<ImportDetail>(`/imports/${id}/start`) : null;
    } catch (thrown) {
      if (!aborter.signal.aborted) setError(thrown);
      return null;
    } finally {
      setSending(false);
      control.current = null;
    }
  };

  const cancel = useCallback(() => {
    control.current?.abort();
    setFiles((before) =>
      before.map((one) => ({ ...one, state: "waiting", share: 0, problem: null }) satisfies UploadFile),
    );
    const id = run.current;
    run.current = null;
    if (id) void api.post(`/imports/${id}/cancel`).catch(setError);
  }, []);

  return { files, isSending, error, add, remove, send, cancel };
}

async function begin(project: string, files: readonly UploadFile[]): Promise<string> {
  const first = files[0]?.name ?? "Upload";
  const source = files.length > 1 ? `${first} and ${files.length - 1} more` : first;
  const run = await api.post<ImportDetail>(`/projects/${encodeURIComponent(project)}/imports`, {
    kind: "upload",
    source: source.slice(0, 300),
  });
  return run.id;
}
