import { Modal } from "./Modal";
import type { Outbox, OutboxState } from "./outbox";

const REFUSALS: Readonly<Record<string, string>> = {
  "lease-lost": "Another reviewer holds this image by now.",
  "revision-stale": "A newer answer of yours to this image is already there.",
  "answer-invalid": "The server found something missing or contradictory.",
  "submission-reused": "The same answer was sent before with other content.",
};

interface RefusedDialogProps {
  outbox: Outbox;
  state: OutboxState;
  onClose: () => void;
}

/** Answers that were not accepted: kept whole, with the reason, until the person decides. */
export function RefusedDialog({ outbox, state, onClose }: RefusedDialogProps) {
  return (
    <Modal title="Answers that were not accepted" onClose={onClose} wide>
      <div className="dialog-body">
        <p className="muted">They are kept on this machine until you decide.</p>
        <ul className="ts-refused">
          {state.refused.map((entry) => (
            <li key={entry.id}>
              <strong>{entry.title}</strong>
              <p>
                {REFUSALS[entry.problem?.type ?? ""] ?? entry.problem?.title} {entry.problem?.detail}
              </p>
              <ul>
                {entry.problem?.violations?.map((violation) => (
                  <li key={violation.pointer + violation.code}>{violation.message}</li>
                ))}
              </ul>
              <details>
                <summary>What was answered</summary>
                <pre>{JSON.stringify(entry.act, null, 1)}</pre>
              </details>
              <p>
                <button type="button" className="button small" onClick={() => void outbox.retry(entry.id)}>
                  Send again
                </button>{" "}
                <button
                  type="button"
                  className="button small danger"
                  onClick={() => void outbox.discard(entry.id)}
                >
                  Discard
                </button>
              </p>
            </li>
          ))}
        </ul>
        {state.refused.length === 0 && <p>Nothing is left here.</p>}
      </div>
    </Modal>
  );
}
