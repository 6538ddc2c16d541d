import { useEffect, useState } from "react";
import { openOutboxStore, type Entry } from "../queue/outbox-store";

/** Answers of this person that still lie on this computer; asked when the home page opens and when it is seen again. */
export function useOutboxRest(user: string): readonly Entry[] {
  const [entries, setEntries] = useState<readonly Entry[]>([]);
  useEffect(() => {
    let isGone = false;
    const look = async () => {
      const store = await openOutboxStore();
      const found = await store.list(user);
      if (!isGone) setEntries(found);
    };
    const lookIfSeen = () => {
      if (document.visibilityState === "visible") void look();
    };
    void look();
    document.addEventListener("visibilitychange", lookIfSeen);
    return () => {
      isGone = true;
      document.removeEventListener("visibilitychange", lookIfSeen);
    };
  }, [user]);
  return entries;
}
