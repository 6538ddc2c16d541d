/** Active time: the time between inputs that are at most a minute apart, while the page is in front. */

export const IDLE_AFTER_MS = 60_000;

export interface Activity {
  /** When the last input was heard, or null while away. */
  readonly last: number | null;
  readonly item: number;
  readonly total: number;
}

export const RESTING: Activity = { last: null, item: 0, total: 0 };

/** An input at `at`: the time since the one before counts if it is short enough. */
export function heard(activity: Activity, at: number): Activity {
  const since = activity.last === null ? 0 : at - activity.last;
  const counted = since > 0 && since <= IDLE_AFTER_MS ? since : 0;
  return { last: at, item: activity.item + counted, total: activity.total + counted };
}

/** The page went out of sight: what came before counts, the pause does not. */
export function left(activity: Activity, at: number): Activity {
  return { ...heard(activity, at), last: null };
}

export function nextItem(activity: Activity): Activity {
  return { ...activity, item: 0 };
}

/** "00:12", from an hour on "1:02:07". */
export function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}
