import { useCallback, useEffect, useState } from "react";

interface Loading<T> {
  data: T | undefined;
  error: unknown;
}

/**
 * One document for a page of the label route, which has no query cache: loaded when `name` changes and on `retry`.
 * `load` must depend on nothing but `name`.
 */
export function useLoad<T>(
  name: string,
  load: (signal: AbortSignal) => Promise<T>,
): Loading<T> & { retry: () => void } {
  const [state, setState] = useState<Loading<T> & { name: string }>({ name, data: undefined, error: null });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const control = new AbortController();
    load(control.signal).then(
      (data) => !control.signal.aborted && setState({ name, data, error: null }),
      (error: unknown) => !control.signal.aborted && setState({ name, data: undefined, error }),
    );
    return () => control.abort();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `name` stands for what `load` closes over
  }, [name, attempt]);
  const retry = useCallback(() => setAttempt((count) => count + 1), []);
  const isOld = state.name !== name;
  return { data: isOld ? undefined : state.data, error: isOld ? null : state.error, retry };
}
