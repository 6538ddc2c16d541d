import { useEffect, useState, useSyncExternalStore } from "react";
import { createPool, type BitmapPool, type Picture } from "../queue/pool";

/** The decoded picture of this item; the next one is fetched meanwhile. */
export function usePicture(item: string | null, next: string | null): Picture | undefined {
  const [pool] = useState<BitmapPool>(() => createPool());
  useEffect(() => () => pool.close(), [pool]);
  useEffect(() => {
    const wanted = [item, next].filter((one): one is string => one !== null);
    pool.want(wanted.map((key) => ({ key, url: `/api/v1/items/${key}/image` })));
  }, [pool, item, next]);
  return useSyncExternalStore(pool.subscribe, () => (item === null ? undefined : pool.get(item)));
}
