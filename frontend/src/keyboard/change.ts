import { chordOf, isSingleCharacter, type Command } from "./command";
import { effectiveKeys, type KeyPreferences } from "./preferences";

export type Change = { preferences: KeyPreferences } | { refused: string };

type KeyEvent = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">;

/** Modifier keys alone say nothing yet. */
export function isChord(event: KeyEvent): boolean {
  return !["Shift", "Control", "Alt", "Meta", "AltGraph", "CapsLock", "Dead"].includes(event.key);
}

/** Puts a command on the pressed key, or says why not. `commands` are all of the same screen. */
export function changeKey(
  id: string,
  event: KeyEvent,
  commands: readonly Pick<Command, "id" | "label" | "keys">[],
  preferences: KeyPreferences,
): Change {
  const chord = chordOf(event);
  if (/^[\p{L}0-9]$/u.test(chord))
    return { refused: `${chord} alone belongs to the taxonomy; add Shift or Ctrl.` };
  if (event.altKey || /^Ctrl\+[0-9]$/.test(chord)) return { refused: `${chord} belongs to the browser.` };
  const everything = { ...preferences, singleCharacters: true };
  const other = commands.find(
    (one) => one.id !== id && effectiveKeys(one.id, one.keys, everything).includes(chord),
  );
  if (other) return { refused: `${chord} is already “${other.label}”.` };
  return { preferences: { ...preferences, keys: { ...preferences.keys, [id]: [chord] } } };
}

export function resetKey(id: string, preferences: KeyPreferences): KeyPreferences {
  const { [id]: _, ...keys } = preferences.keys;
  return { ...preferences, keys };
}

/** True where switching single characters off leaves the command without any key. */
export function needsOwnKey(command: Pick<Command, "id" | "keys">, preferences: KeyPreferences): boolean {
  const everything = { ...preferences, singleCharacters: true };
  return effectiveKeys(command.id, command.keys, everything).every(isSingleCharacter);
}
