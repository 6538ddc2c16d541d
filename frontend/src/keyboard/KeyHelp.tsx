import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { capsOf, type Command } from "./command";
import { useKeyPreferences } from "./preferences";
import { keysOf, registry as shared, type Registry } from "./registry";
import { useCommands } from "./useCommands";

/** One chord as key caps. */
export function Keys({ chord }: { chord: string }) {
  return (
    <span className="keys">
      {capsOf(chord).map((cap) => (
        <kbd key={cap}>{cap}</kbd>
      ))}
    </span>
  );
}

/** Commands by their group, in the order in which groups first appear. */
export function CommandTable({ commands }: { commands: readonly Command[] }) {
  useKeyPreferences();
  const groups = [...new Set(commands.map((command) => command.group))];
  return (
    <div className="key-groups">
      {groups.map((group) => (
        <section key={group}>
          <h3>{group}</h3>
          <dl>
            {commands
              .filter((command) => command.group === group)
              .map((command) => (
                <div key={command.id} className="key-row">
                  <dt>{command.label}</dt>
                  <dd>
                    {keysOf(command).map((chord) => (
                      <Keys key={chord} chord={chord} />
                    ))}
                    {keysOf(command).length === 0 && <span className="muted">switched off</span>}
                  </dd>
                </div>
              ))}
          </dl>
        </section>
      ))}
    </div>
  );
}

/** Listens to "?" and shows every command of the screen. Put it once on a screen that has commands. */
export function KeyHelp({
  registry = shared,
  children,
}: {
  registry?: Registry;
  children?: React.ReactNode;
}) {
  const [isOpen, setOpen] = useState(false);
  useCommands(
    [{ id: "help.keys", label: "Show all keys", group: "Help", keys: ["?"], run: () => setOpen(true) }],
    {
      registry,
    },
  );
  return isOpen ? (
    <KeyHelpDialog registry={registry} onClose={() => setOpen(false)}>
      {children}
    </KeyHelpDialog>
  ) : null;
}

interface KeyHelpDialogProps {
  registry?: Registry;
  onClose: () => void;
  /** What no command says, such as the letters of the taxonomy. */
  children?: React.ReactNode;
}

/** A native dialog, so that the label route needs no kit for it. */
export function KeyHelpDialog({ registry = shared, onClose, children }: KeyHelpDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const commands = useSyncExternalStore(registry.subscribe, registry.list);
  useEffect(() => {
    const element = dialog.current;
    if (element && !element.open) element.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog ref={dialog} className="dialog key-help" aria-labelledby="key-help-title" onClose={onClose}>
      <header className="dialog-head">
        <h2 id="key-help-title">Keys on this screen</h2>
        <button type="button" className="button quiet small" onClick={onClose}>
          Close <kbd>Esc</kbd>
        </button>
      </header>
      <div className="dialog-body">
        {children}
        <CommandTable commands={commands} />
      </div>
    </dialog>
  );
}
