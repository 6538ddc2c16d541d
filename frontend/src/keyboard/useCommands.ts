import { useEffect, useRef, type RefObject } from "react";
import { chordOf, isSingleCharacter, type Command } from "./command";
import { keyPreferences } from "./preferences";
import { registry as shared, type Registry } from "./registry";

export interface UseCommandsOptions {
  /** Single characters count only while focus is inside it, or nowhere. Default: everywhere on the page. */
  region?: RefObject<HTMLElement | null>;
  /** Gets chords no command lies on (the letters of the taxonomy). True: taken, nobody else gets the key. */
  fallback?: (chord: string, event: KeyboardEvent) => boolean;
  /** Off: nothing is heard, but the commands stay listed in the help. */
  enabled?: boolean;
  registry?: Registry;
}

/**
 * Registers commands while the component lives and runs them on their keys.
 * Deaf while typing, composing (IME) or with a dialog open. Space and Enter belong to a focused control first.
 * `commands` may be a new array on each render: ids, labels and keys are registered anew only when they change.
 */
export function useCommands(commands: readonly Command[], options: UseCommandsOptions = {}): void {
  const registry = options.registry ?? shared;
  const latest = useRef({ commands, options });
  useEffect(() => {
    latest.current = { commands, options };
  });

  const signature = JSON.stringify(commands.map(({ id, label, group, keys }) => [id, label, group, keys]));
  useEffect(() => {
    const now = (id: string) => latest.current.commands.find((command) => command.id === id);
    const stable = latest.current.commands.map((command) => ({
      ...command,
      run: (event: KeyboardEvent) => now(command.id)?.run(event),
      when: () => now(command.id)?.when?.() ?? true,
    }));
    return registry.register(stable);
  }, [registry, signature]);

  useEffect(() => {
    const listen = (event: KeyboardEvent) => handleKey(event, registry, latest.current);
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, [registry]);
}

interface Heard {
  commands: readonly Command[];
  options: UseCommandsOptions;
}

function handleKey(event: KeyboardEvent, registry: Registry, { commands, options }: Heard): void {
  if (options.enabled === false || event.defaultPrevented || isComposing(event) || isDialogOpen()) return;
  const chord = chordOf(event);
  const target = event.target instanceof Element ? event.target : null;
  if (isSingleCharacter(chord) && !isInRegion(target, options.region)) return;
  const found = registry.find(chord);
  const own = found && commands.some((command) => command.id === found.id) ? found : undefined;
  if (isTyping(target) && !own?.whileTyping) return;
  if ((chord === "Enter" || chord === "Space") && isControl(target)) return;
  if (own) {
    if (own.when?.() === false) return;
    event.preventDefault();
    if (!event.repeat || own.repeat) own.run(event);
  } else if (!found && !event.repeat && hears(chord) && options.fallback?.(chord, event)) {
    event.preventDefault();
  }
}

function hears(chord: string): boolean {
  return keyPreferences().singleCharacters || !isSingleCharacter(chord);
}

function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.key === "Process" || event.key === "Dead";
}

export function isDialogOpen(): boolean {
  return document.querySelector('dialog[open], [role="dialog"], [role="alertdialog"]') !== null;
}

const NOT_TYPED = new Set([
  "button",
  "checkbox",
  "color",
  "file",
  "image",
  "radio",
  "range",
  "reset",
  "submit",
]);

function isTyping(target: Element | null): boolean {
  if (!target) return false;
  if (target instanceof HTMLInputElement) return !NOT_TYPED.has(target.type);
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return (
    target instanceof HTMLElement && (target.isContentEditable || target.getAttribute("role") === "textbox")
  );
}

function isControl(target: Element | null): boolean {
  return !!target?.closest(
    'button, a[href], summary, input, select, [role="button"], [role="menuitem"], [role="tab"]',
  );
}

function isInRegion(target: Element | null, region: UseCommandsOptions["region"]): boolean {
  if (!region?.current || !target || target === document.body || target === document.documentElement)
    return true;
  return region.current.contains(target);
}
