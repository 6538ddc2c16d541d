import { useEffect, useId, useState } from "react";
import type { Command } from "../keyboard/command";
import { capsOf } from "../keyboard/command";
import { keysOf } from "../keyboard/registry";
import { isAskable, searchDefects, spaced, whyNotAsked } from "./catalogue";
import type { Catalogue } from "./catalogue";
import { Modal } from "./Modal";
import type { Lease } from "./types";

interface Hit {
  id: string;
  code: string;
  name: string;
  detail: string;
  disabled: boolean;
  choose: () => void;
}

interface SearchDialogProps {
  book: Catalogue;
  lease: Lease | null;
  commands: readonly Command[];
  onPick: (defect: string) => void;
  onNotAssessed: (defect: string) => void;
  onClose: () => void;
}

const SHOWN = 40;

/** Defects by name, alias or translation, and commands, from the keyboard: type, arrows, Enter. */
export function SearchDialog({ book, lease, commands, onPick, onNotAssessed, onClose }: SearchDialogProps) {
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const list = useId();
  const closing = (run: () => void) => () => {
    onClose();
    run();
  };
  const defects: Hit[] = searchDefects(book, query).map((defect) => {
    const asked = lease !== null && isAskable(lease, defect.id);
    return {
      id: defect.id,
      code: spaced(defect.code),
      name: defect.name,
      detail:
        asked || lease === null
          ? (book.dimensionOf.get(defect.id)?.name ?? "")
          : whyNotAsked(lease, defect.id),
      disabled: !asked,
      choose: closing(() => onPick(defect.id)),
    };
  });
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const acts: Hit[] = commands
    .filter(({ label }) => words.length > 0 && words.every((word) => label.toLowerCase().includes(word)))
    .map((command) => ({
      id: command.id,
      code: keysOf(command)
        .slice(0, 1)
        .map((chord) => capsOf(chord).join(" "))
        .join(""),
      name: command.label,
      detail: "command",
      disabled: false,
      choose: closing(() => command.run(new KeyboardEvent("keydown"))),
    }));
  const hits = [...defects, ...acts].slice(0, SHOWN);
  const chosen = hits[Math.min(at, hits.length - 1)];
  const chosenId = chosen?.id;

  useEffect(() => {
    if (chosenId !== undefined)
      document.getElementById(`${list}-${chosenId}`)?.scrollIntoView({ block: "nearest" });
  }, [list, chosenId]);

  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const by = event.key === "ArrowDown" ? 1 : -1;
      setAt((place) => Math.min(Math.max(place + by, 0), Math.max(hits.length - 1, 0)));
    } else if (event.key === "Enter" && chosen !== undefined && !chosen.disabled) {
      event.preventDefault();
      if (event.shiftKey && book.defects.has(chosen.id)) closing(() => onNotAssessed(chosen.id))();
      else chosen.choose();
    }
  };

  return (
    <Modal title="Search defects and commands" onClose={onClose}>
      <div className="dialog-body ts-search">
        <input
          data-focus
          type="text"
          role="combobox"
          aria-label="Name, alias or translation"
          aria-expanded="true"
          aria-controls={list}
          aria-activedescendant={chosen === undefined ? undefined : `${list}-${chosen.id}`}
          autoComplete="off"
          spellCheck={false}
          value={query}
          onChange={(event) => {
            setQuery(event.target.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
        />
        <ul id={list} role="listbox" aria-label="Found">
          {hits.map((hit) => (
            <li
              key={hit.id}
              id={`${list}-${hit.id}`}
              role="option"
              aria-selected={hit === chosen}
              aria-disabled={hit.disabled}
              // The keyboard works from the field: arrows and Enter.
              onMouseDown={(event) => {
                event.preventDefault();
                if (!hit.disabled) hit.choose();
              }}
            >
              <kbd>{hit.code}</kbd>
              <span>{hit.name}</span>
              <span className="muted">{hit.detail}</span>
            </li>
          ))}
        </ul>
        {hits.length === 0 && (
          <p className="muted">Nothing is called that. Try an everyday word: “fingers”, “text”.</p>
        )}
        <p className="muted ts-small">
          <kbd>↑</kbd> <kbd>↓</kbd> choose <kbd>Enter</kbd> take <kbd>Shift</kbd> <kbd>Enter</kbd> cannot be
          assessed on this image
        </p>
      </div>
    </Modal>
  );
}
