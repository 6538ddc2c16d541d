import type { ReactNode } from "react";
import {
  Button as AriaButton,
  Menu as AriaMenu,
  MenuItem,
  MenuTrigger,
  Popover,
} from "react-aria-components";

export interface MenuEntry {
  id: string;
  label: ReactNode;
  hint?: ReactNode;
  href?: string;
  run?: () => void;
  isCurrent?: boolean;
  isDisabled?: boolean;
}

interface MenuProps {
  /** What the button shows. */
  button: ReactNode;
  /** Name of the button where `button` is not text. */
  label?: string;
  entries: readonly MenuEntry[];
  /** A line above the entries, such as who is signed in. */
  title?: ReactNode;
  /** Goes to an entry's href without a page load. */
  onGo?: (href: string) => void;
  kind?: "plain" | "quiet";
}

export function Menu({ button, label, entries, title, onGo, kind = "plain" }: MenuProps) {
  const act = (id: string) => {
    const entry = entries.find((one) => one.id === id);
    entry?.run?.();
    if (entry?.href) onGo?.(entry.href);
  };
  return (
    <MenuTrigger>
      <AriaButton
        className={kind === "plain" ? "button" : `button ${kind}`}
        {...(label && { "aria-label": label })}
      >
        {button}
        <span aria-hidden="true">▾</span>
      </AriaButton>
      <Popover className="popover" placement="bottom end">
        {title && <div className="menu-title">{title}</div>}
        <AriaMenu
          className="menu"
          onAction={(id) => act(String(id))}
          disabledKeys={entries.filter((entry) => entry.isDisabled).map((entry) => entry.id)}
        >
          {entries.map((entry) => (
            <MenuItem
              key={entry.id}
              id={entry.id}
              textValue={typeof entry.label === "string" ? entry.label : entry.id}
              className="menu-item"
              {...(entry.isCurrent && { "aria-current": "true" as const })}
            >
              <span>
                {entry.label}
                {entry.isCurrent && <span aria-hidden="true"> ✓</span>}
              </span>
              {entry.hint && <span className="hint">{entry.hint}</span>}
            </MenuItem>
          ))}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
