import type { Command } from "./command";
import { effectiveKeys, keyPreferences } from "./preferences";

/** Two actions on one key: a mistake of the program, found when the screen is built and not by the person. */
export class KeyClashError extends Error {
  override name = "KeyClashError";
}

export interface Registry {
  /** Adds commands; returns what takes them out again. Throws KeyClashError on a doubled key or id. */
  register: (commands: readonly Command[]) => () => void;
  find: (chord: string) => Command | undefined;
  list: () => readonly Command[];
  subscribe: (listener: () => void) => () => void;
}

export function createRegistry(): Registry {
  let commands: readonly Command[] = [];
  const listeners = new Set<() => void>();
  const change = (next: readonly Command[]) => {
    commands = next;
    for (const listener of listeners) listener();
  };
  return {
    register(added) {
      refuseClashes([...commands, ...added]);
      change([...commands, ...added]);
      return () => change(commands.filter((command) => !added.includes(command)));
    },
    find: (chord) => commands.find((command) => keysOf(command).includes(chord)),
    list: () => commands,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export function keysOf(command: Command): string[] {
  return effectiveKeys(command.id, command.keys, keyPreferences());
}

/** Checks default keys and the person's own; a clash in the person's own is theirs to undo, so it only drops them. */
function refuseClashes(commands: readonly Command[]): void {
  const ids = new Set<string>();
  const taken = new Map<string, string>();
  for (const command of commands) {
    if (ids.has(command.id)) throw new KeyClashError(`The command ${command.id} is registered twice`);
    ids.add(command.id);
    for (const chord of effectiveKeys(command.id, command.keys, { singleCharacters: true, keys: {} })) {
      const other = taken.get(chord);
      if (other) throw new KeyClashError(`${chord} lies on both ${other} and ${command.id}`);
      taken.set(chord, command.id);
    }
  }
}

/** The commands of the screen that is shown; KeyHelp draws from it. */
export const registry = createRegistry();
