/** The small forms of the workspace: skip, escalate, note of the image. Each is answered from the keyboard. */
import { useId, useState } from "react";
import { Modal } from "./Modal";
import type { SkipReason } from "./types";

const REASONS: readonly { key: SkipReason; name: string }[] = [
  { key: "cannot_load", name: "The image cannot be loaded or is broken" },
  { key: "not_my_language", name: "It needs a language I do not read" },
  { key: "unsure", name: "I cannot decide" },
  { key: "offensive", name: "I do not want to look at this" },
  { key: "other", name: "Another reason (say which)" },
];

interface SkipDialogProps {
  preset: SkipReason | null;
  onSkip: (reason: SkipReason, note: string) => void;
  onClose: () => void;
}

export function SkipDialog({ preset, onSkip, onClose }: SkipDialogProps) {
  const [reason, setReason] = useState<SkipReason>(preset ?? "unsure");
  const [note, setNote] = useState("");
  const missing = reason === "other" && note.trim() === "";
  const digits = (event: React.KeyboardEvent) => {
    const chosen = REASONS[Number(event.key) - 1];
    if (chosen === undefined || event.target instanceof HTMLTextAreaElement) return;
    event.preventDefault();
    setReason(chosen.key);
  };
  return (
    <Modal title="Skip this image" onClose={onClose}>
      {/* Digits choose a reason while focus is on the choices. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <form
        className="ts-form"
        onKeyDown={digits}
        onSubmit={(event) => {
          event.preventDefault();
          if (!missing) onSkip(reason, note.trim());
        }}
      >
        <div className="dialog-body">
          <fieldset className="ts-choices">
            <legend>Why? Somebody else gets the image instead.</legend>
            {REASONS.map(({ key, name }, index) => (
              <label key={key}>
                <input
                  type="radio"
                  name="reason"
                  checked={reason === key}
                  data-focus={reason === key ? true : undefined}
                  onChange={() => setReason(key)}
                />
                <kbd>{index + 1}</kbd> {name}
              </label>
            ))}
          </fieldset>
          <NoteArea
            label={reason === "other" ? "Reason (needed)" : "Note (optional)"}
            value={note}
            onChange={setNote}
          />
        </div>
        <Foot act="Skip" disabled={missing} onClose={onClose} />
      </form>
    </Modal>
  );
}

export function EscalateDialog({
  onEscalate,
  onClose,
}: {
  onEscalate: (note: string) => void;
  onClose: () => void;
}) {
  const [note, setNote] = useState("");
  return (
    <Modal title="Escalate to the expert" onClose={onClose}>
      <form
        className="ts-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (note.trim() !== "") onEscalate(note.trim());
        }}
      >
        <div className="dialog-body">
          <NoteArea label="What should the expert decide? (needed)" value={note} onChange={setNote} focused />
        </div>
        <Foot act="Escalate" disabled={note.trim() === ""} onClose={onClose} />
      </form>
    </Modal>
  );
}

interface NoteDialogProps {
  note: string;
  onSubmit: (note: string) => void;
  onClose: () => void;
}

/** The note of the whole image. Ctrl+Enter writes it down and submits. */
export function NoteDialog({ note: before, onSubmit, onClose }: NoteDialogProps) {
  const [note, setNote] = useState(before);
  return (
    <Modal title="Submit with a note" onClose={onClose}>
      <form
        className="ts-form"
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit(note);
        }}
      >
        <div className="dialog-body">
          <NoteArea label="Note on the whole image" value={note} onChange={setNote} focused />
        </div>
        <Foot act="Submit" disabled={false} onClose={onClose} />
      </form>
    </Modal>
  );
}

interface NoteAreaProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  focused?: boolean;
}

function NoteArea({ label, value, onChange, focused = false }: NoteAreaProps) {
  const id = useId();
  return (
    <div className="ts-field">
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        rows={3}
        maxLength={2000}
        data-focus={focused ? true : undefined}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          event.currentTarget.form?.requestSubmit();
        }}
      />
    </div>
  );
}

function Foot({ act, disabled, onClose }: { act: string; disabled: boolean; onClose: () => void }) {
  return (
    <footer className="dialog-foot">
      <button type="button" className="button" onClick={onClose}>
        Cancel <kbd>Esc</kbd>
      </button>
      <button type="submit" className="button primary" disabled={disabled}>
        {act} <kbd>Enter</kbd>
      </button>
    </footer>
  );
}
