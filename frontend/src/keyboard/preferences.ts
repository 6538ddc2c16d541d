import { useSyncExternalStore } from "react";
import { isSingleCharacter, normalise } from "./command";

export interface KeyPreferences {
  /** False: letters, digits and signs without Ctrl do nothing (WCAG 2.1.4). */
  singleCharacters: boolean;
  /** Own keys by command id; they replace the command's own. */
  keys: Readonly<Record<string, readonly string[]>>;
}

const STORED = "touchstone.keys";
const DEFAULTS: KeyPreferences = { singleCharacters: true, keys: {} };
const listeners = new Set<() => void>();
let current: KeyPreferences | null = null;

export function keyPreferences(): KeyPreferences {
  current ??= read();
  return current;
}

export function setKeyPreferences(next: KeyPreferences): void {
  current = next;
  try {
    localStorage.setItem(STORED, JSON.stringify(next));
  } catch {
    // A browser without storage keeps the choice until the page is closed.
  }
  for (const listener of listeners) listener();
}

export function useKeyPreferences(): KeyPreferences {
  return useSyncExternalStore(subscribe, keyPreferences);
}

/** The chords a command answers to now, in normal spelling. */
export function effectiveKeys(id: string, keys: readonly string[], preferences: KeyPreferences): string[] {
  const chords = (preferences.keys[id] ?? keys).map(normalise);
  return preferences.singleCharacters ? chords : chords.filter((chord) => !isSingleCharacter(chord));
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function read(): KeyPreferences {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(STORED) ?? "null");
    if (typeof stored !== "object" || stored === null) return DEFAULTS;
    const { singleCharacters, keys } = stored as Partial<KeyPreferences>;
    return { singleCharacters: singleCharacters !== false, keys: usable(keys ?? {}) };
  } catch {
    return DEFAULTS;
  }
}

function usable(keys: KeyPreferences["keys"]): KeyPreferences["keys"] {
  return Object.fromEntries(
    Object.entries(keys).filter(([, chords]) => {
      try {
        return chords.map(normalise).length > 0;
      } catch {
        return false;
      }
    }),
  );
}
