import type { LinePoint } from "../charts/LineBand";
import type { Counts, Progress } from "./types";

/** Answers so far at the end of each day, without gaps, ending today at the number there is now. */
export function burnUp(counts: Counts, days: Progress["days"], today: string): LinePoint[] {
  const first = days[0]?.day;
  if (first === undefined) return [];
  const byDay = new Map(days.map(({ day, answers }) => [day, answers]));
  const known = days.reduce((sum, { answers }) => sum + answers, 0);
  let total = Math.max(0, counts.answers - known);
  const points: LinePoint[] = [{ x: dayAfter(first, -1), y: total }];
  for (let day = first; day <= today; day = dayAfter(day, 1)) {
    total += byDay.get(day) ?? 0;
    points.push({ x: day, y: total, n: byDay.get(day) ?? 0 });
  }
  return points;
}

export function dayAfter(day: string, days: number): string {
  const moment = new Date(`${day}T00:00:00Z`);
  moment.setUTCDate(moment.getUTCDate() + days);
  return moment.toISOString().slice(0, 10);
}

/** One sentence for the chart: how far, and how quickly of late. */
export function findingOf(counts: Counts, days: Progress["days"]): string {
  const left = Math.max(0, counts.answers_needed - counts.answers);
  const so = `${counts.answers.toLocaleString("en")} of ${counts.answers_needed.toLocaleString("en")} answers`;
  const last = days.at(-1);
  if (!last) return `${so}.`;
  if (left === 0) return `${so}: nothing is left to ask.`;
  return `${so}; ${last.answers.toLocaleString("en")} on the last day with answers.`;
}
