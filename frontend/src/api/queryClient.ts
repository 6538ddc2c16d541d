import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { keys } from "./keys";
import { isPassing, isProblem } from "./problem";

/** One cache per page load. A 401 anywhere means the session ended: everybody learns it through the session query. */
export function makeQueryClient(): QueryClient {
  const onError = (error: Error) => {
    if (isProblem(error, "sign-in-needed")) client.setQueryData(keys.session, null);
  };
  const client = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        retry: (failures, error) => failures < 2 && isPassing(error),
        retryDelay: (attempt) => Math.min(500 * 2 ** attempt, 5_000),
      },
      mutations: { retry: false },
    },
  });
  return client;
}
