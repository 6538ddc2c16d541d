/**
 * A user action as a value: what it is called, on which keys it lies, what it does.
 *
 * Keys are written "k", "Shift+K", "Ctrl+Z", "Enter", "Space", "PageUp", "?", "1". Letters follow `event.key`,
 * so they are where the keyboard layout prints them. Ctrl also stands for Cmd. For signs that need
 * Shift on some layouts ("?", "+") write the sign alone.
 */
export interface Command {
  id: string;
  label: string;
  group: string;
  keys: readonly string[];
  run: (event: KeyboardEvent) => void;
  /** False: the key passes on untouched (the browser or a focused control gets it). */
  when?: () => boolean;
  /** Held keys repeat (panning, moving); never for submitting. */
  repeat?: boolean;
  /** Also while typing in a field; only for keys with Ctrl and for Escape. */
  whileTyping?: boolean;
}

const NAMES: Record<string, string> = {
  " ": "Space",
  Spacebar: "Space",
  Esc: "Escape",
  Del: "Delete",
  Left: "ArrowLeft",
  Right: "ArrowRight",
  Up: "ArrowUp",
  Down: "ArrowDown",
};
const MODIFIERS = ["Ctrl", "Alt", "Shift"] as const;

function isLetter(key: string): boolean {
  return [...key].length === 1 && key.toLowerCase() !== key.toUpperCase();
}

function join(ctrl: boolean, alt: boolean, shift: boolean, key: string): string {
  const flags = [ctrl, alt, shift && (key.length > 1 || isLetter(key))];
  return [...MODIFIERS.filter((_, place) => flags[place]), isLetter(key) ? key.toUpperCase() : key].join("+");
}

/** The chord of a key event in one spelling: "A", "Shift+K", "Ctrl+Z", "Space", "?". */
export function chordOf(
  event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">,
): string {
  const key = NAMES[event.key] ?? event.key;
  return join(event.ctrlKey || event.metaKey, event.altKey, event.shiftKey, key);
}

/** A written chord in the same spelling. Throws on chords that browsers own. */
export function normalise(written: string): string {
  const parts = written === "+" ? ["+"] : written.split("+");
  const last = parts.pop() || "+";
  const key = NAMES[last] ?? last;
  const has = (name: string) => parts.includes(name) || (name === "Ctrl" && parts.includes("Cmd"));
  const chord = join(has("Ctrl"), has("Alt"), has("Shift"), key);
  const owned =
    (has("Alt") && (isLetter(key) || key.startsWith("Arrow"))) || (has("Ctrl") && /^[0-9]$/.test(key));
  if (owned) throw new Error(`${written} belongs to the browser: no Alt+letter, Alt+arrow or Ctrl+digit`);
  return chord;
}

/** True for a letter or digit without Ctrl: what people may switch off (WCAG 2.1.4). */
export function isSingleCharacter(chord: string): boolean {
  const key = chord.replace(/^Shift\+/, "");
  return [...key].length === 1;
}

const SHOWN: Record<string, string> = {
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
  PageUp: "Page Up",
  PageDown: "Page Down",
  Escape: "Esc",
};

/** The parts of a chord as printed on key caps: "Shift+K" → ["Shift", "K"]. */
export function capsOf(written: string): string[] {
  const chord = normalise(written);
  const plus = chord.endsWith("+");
  const parts = (plus ? chord.slice(0, -1) : chord).split("+").filter(Boolean);
  return [...parts, ...(plus ? ["+"] : [])].map((part) => SHOWN[part] ?? part);
}
