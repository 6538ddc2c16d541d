import { QueryClientProvider } from "@tanstack/react-query";
import { useEffect, type ReactNode } from "react";
import { makeQueryClient } from "../api/queryClient";
import { useSession } from "../api/session";

const client = makeQueryClient();
let owner: string | null = null;

/** The query cache, for every page but the labelling ones. Emptied when another person signs in. */
export function Queries({ children }: { children: ReactNode }) {
  const { data: session } = useSession();
  const person = session?.user.id;
  useEffect(() => {
    if (!person) return;
    if (owner !== null && owner !== person) client.clear();
    owner = person;
  }, [person]);
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>;
}
