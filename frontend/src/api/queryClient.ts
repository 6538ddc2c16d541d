import { QueryClient } from "@tanstack/react-query";
import { onSignedOut } from "./client";
import { keys } from "./keys";
import { isPassing } from "./problem";

/** One cache per page load. A "sign-in-needed" anywhere ends the session for everybody who reads it. */
export function makeQueryClient(): QueryClient {
  const client = new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        retry: (failures, error) => failures < 2 && isPassing(error),
        retryDelay: (attempt) => Math.min(500 * 2 ** attempt, 5_000),
      },
      mutations: { retry: false },
    },
  });
  onSignedOut(() => client.setQueryData(keys.session, null));
  return client;
}
