/** Undo and redo as values: a list of earlier states, the present one, and what was undone. */

export interface Timeline<T> {
  readonly past: readonly T[];
  readonly present: T;
  readonly future: readonly T[];
}

export const LONGEST = 200;

export function timeline<T>(present: T): Timeline<T> {
  return { past: [], present, future: [] };
}

/** A new present; what had been undone is gone. An equal (===) present is no step. */
export function commit<T>(line: Timeline<T>, present: T): Timeline<T> {
  if (present === line.present) return line;
  return { past: [...line.past, line.present].slice(-LONGEST), present, future: [] };
}

/** Replace the present without a step of its own: a drag is one step, however many moves it has. */
export function amend<T>(line: Timeline<T>, present: T): Timeline<T> {
  return { ...line, present };
}

export function undo<T>(line: Timeline<T>): Timeline<T> {
  const previous = line.past.at(-1);
  if (previous === undefined) return line;
  return { past: line.past.slice(0, -1), present: previous, future: [line.present, ...line.future] };
}

export function redo<T>(line: Timeline<T>): Timeline<T> {
  const [next, ...rest] = line.future;
  if (next === undefined) return line;
  return { past: [...line.past, line.present], present: next, future: rest };
}

export function canUndo<T>(line: Timeline<T>): boolean {
  return line.past.length > 0;
}

export function canRedo<T>(line: Timeline<T>): boolean {
  return line.future.length > 0;
}
