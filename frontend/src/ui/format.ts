/** Two-sided interval, lower end first. */
export type Interval = readonly [low: number, high: number];

const MISSING = "–";

export function formatCount(value: number | null | undefined): string {
  return value == null ? MISSING : value.toLocaleString("en");
}

/** 0.7134 → "0.71". Never NaN: null is a dash. */
export function formatNumber(value: number | null | undefined, digits = 2): string {
  if (value == null || !Number.isFinite(value)) return MISSING;
  const text = value.toFixed(digits);
  return (Number(text) === 0 ? (0).toFixed(digits) : text).replace("-", "−");
}

/** 0.123 → "12.3 %". */
export function formatShare(value: number | null | undefined, digits = 1): string {
  return value == null || !Number.isFinite(value) ? MISSING : `${formatNumber(value * 100, digits)} %`;
}

/** (0.63, 0.78) → "0.63 to 0.78". */
export function formatInterval(
  interval: Interval | null | undefined,
  format: (value: number) => string = (value) => formatNumber(value),
): string {
  return interval ? `${format(interval[0])} to ${format(interval[1])}` : MISSING;
}

/** 125 → "2 min 5 s"; 7300 → "2 h 1 min". */
export function formatSeconds(seconds: number | null | undefined): string {
  if (seconds == null || !Number.isFinite(seconds)) return MISSING;
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${rest} s` : `${seconds < 10 ? Number(seconds.toFixed(1)) : rest} s`;
}

export function formatBytes(bytes: number | null | undefined): string {
  if (bytes == null) return MISSING;
  const units = ["B", "kB", "MB", "GB", "TB"];
  let [value, unit] = [bytes, 0];
  while (value >= 1000 && unit < units.length - 1) [value, unit] = [value / 1000, unit + 1];
  return `${value >= 100 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });
const MOMENT = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
});

export function formatDay(iso: string | null | undefined): string {
  return iso ? DAY.format(new Date(iso)) : MISSING;
}

export function formatMoment(iso: string | null | undefined): string {
  return iso ? MOMENT.format(new Date(iso)) : MISSING;
}

/** 1 → "1 image", 3 → "3 images". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
