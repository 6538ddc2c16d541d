import { Keys } from "../keyboard/KeyHelp";
import {
  decide,
  defectOf,
  REASONS,
  scaleOf,
  setLevel,
  toDecide,
  type DeskConcept,
  type DeskItem,
  type Draft,
  type Presence,
} from "./decisions";
import { RuleText } from "./RuleText";

interface PanelProps {
  item: DeskItem;
  draft: Draft;
  canDecide: boolean;
  rule: boolean;
  onDraft: (draft: Draft) => void;
  onRule: () => void;
}

const WORDS: Record<Presence, string> = { present: "yes", absent: "no", not_assessed: "not assessed" };

/** Everything that is disputed on one Item, with what each Reviewer said, the rule, and the decision. */
export function DisputePanel(props: PanelProps) {
  const { item, draft, canDecide, onDraft } = props;
  const open = toDecide(item);
  return (
    <>
      {item.escalations.map(({ pseudonym, note }) => (
        <p key={pseudonym} className="desk-words">
          <strong>{pseudonym} asks:</strong> {note || "no words"}
        </p>
      ))}
      {item.dispute?.kind === "contradiction" && <p className="desk-words">{item.dispute.note}</p>}
      {open.map((concept) => (
        <Concept key={concept.id} concept={concept} {...props} />
      ))}
      {item.dispute?.kind === "escalation" && canDecide && (
        <label className="desk-rest">
          <input
            type="checkbox"
            checked={draft.restAbsent}
            onChange={(event) => onDraft({ ...draft, restAbsent: event.target.checked })}
          />
          <span>
            Everything I do not decide is absent <Keys chord="R" />
          </span>
        </label>
      )}
      {canDecide && <Reason {...props} />}
      <Settled item={item} />
    </>
  );
}

function Concept({
  concept,
  item,
  draft,
  canDecide,
  rule,
  onDraft,
  onRule,
}: PanelProps & { concept: DeskConcept }) {
  const active = draft.active === concept.id;
  const defect = defectOf(concept);
  const scale = scaleOf(item, concept);
  const said = draft.decisions[concept.id];
  const nameOf = (key: string) => scale?.levels.find((level) => level.key === key)?.name ?? key;
  const say = (value: Presence) => onDraft({ ...decide(draft, item, concept, value), active: concept.id });
  return (
    <section
      className={active ? "desk-concept active" : "desk-concept"}
      aria-current={active ? "true" : undefined}
    >
      <h2>
        <button type="button" className="desk-name" onClick={() => onDraft({ ...draft, active: concept.id })}>
          <kbd>{defect.code}</kbd> {defect.name}
        </button>
        {active && (
          <button type="button" className="button quiet small" aria-expanded={rule} onClick={onRule}>
            Rule <Keys chord="Shift+K" />
          </button>
        )}
      </h2>
      <dl className="desk-given">
        {concept.given.map((one) => (
          <div key={one.letter}>
            <dt>{one.letter}</dt>
            <dd className={one.presence}>
              {WORDS[one.presence]}
              {one.level !== null && `, ${nameOf(one.level)}`}
              <Notes item={item} letter={one.letter} concept={concept.id} />
            </dd>
          </div>
        ))}
        {concept.gold !== null && (
          <div>
            <dt>Gold</dt>
            <dd>
              {WORDS[concept.gold.value]} ({concept.gold.rule})
            </dd>
          </div>
        )}
      </dl>
      {canDecide && (
        <div className="desk-answer" role="group" aria-label={`Decision on ${defect.name}`}>
          <Choice
            label="Present"
            chord="Y"
            chosen={said?.value === "present"}
            onChoose={() => say("present")}
          />
          <Choice label="Absent" chord="N" chosen={said?.value === "absent"} onChoose={() => say("absent")} />
          <Choice
            label="Not assessable"
            chord="X"
            chosen={said?.value === "not_assessed"}
            onChoose={() => say("not_assessed")}
          />
        </div>
      )}
      {canDecide && (said?.value === "present" || active) && scale !== undefined && (
        <div className="desk-answer" role="group" aria-label={`Level of ${defect.name}`}>
          {scale.levels.map((level) => (
            <Choice
              key={level.key}
              label={level.name}
              chord={level.hotkey}
              chosen={said?.level === level.key}
              onChoose={() => onDraft({ ...setLevel(draft, concept, level.key), active: concept.id })}
            />
          ))}
        </div>
      )}
      {active && rule && <RuleText defect={defect} scale={scale} />}
    </section>
  );
}

function Notes({ item, letter, concept }: { item: DeskItem; letter: string; concept: string }) {
  const layer = item.layers.find((one) => one.letter === letter);
  const notes = (layer?.findings ?? []).filter((one) => one.defect === concept && one.note !== "");
  return notes.map((one) => (
    <q key={one.note} className="desk-note">
      {one.note}
    </q>
  ));
}

interface ChoiceProps {
  label: string;
  chord: string;
  chosen: boolean;
  onChoose: () => void;
}

function Choice({ label, chord, chosen, onChoose }: ChoiceProps) {
  return (
    <button type="button" className="desk-choice" aria-pressed={chosen} onClick={onChoose}>
      <kbd>{chord}</kbd> {label}
    </button>
  );
}

function Reason({ item, draft, onDraft }: PanelProps) {
  return (
    <section className="desk-reason">
      <h2>
        Why did they differ?{!item.dispute?.reason_needed && <span className="muted"> (if you like)</span>}
      </h2>
      <div className="desk-answer" role="group" aria-label="Reason">
        {REASONS.map(({ code, label, key }) => (
          <Choice
            key={code}
            label={label}
            chord={key}
            chosen={draft.reasonCode === code}
            onChoose={() => onDraft({ ...draft, reasonCode: code })}
          />
        ))}
      </div>
      <textarea
        aria-label="Reason in words"
        rows={2}
        maxLength={2000}
        placeholder="In words, for those who read the gold label"
        value={draft.reason}
        onChange={(event) => onDraft({ ...draft, reason: event.target.value })}
      />
    </section>
  );
}

/** What needs no decision: settled by the rule, or already gold. */
function Settled({ item }: { item: DeskItem }) {
  const rest = item.concepts.filter((concept) => !concept.to_decide);
  if (rest.length === 0) return null;
  return (
    <details className="desk-settled" open={item.state !== "open"}>
      <summary>{rest.length} settled without you</summary>
      <ul>
        {rest.map((concept) => {
          const label = concept.gold ?? concept.ruled;
          return (
            <li key={concept.id}>
              <span>{defectOf(concept).name}</span>
              <span className="muted">
                {label === null
                  ? "open"
                  : `${WORDS[label.value]}${label.level === null ? "" : `, ${label.level}`} · ${label.rule}`}
              </span>
            </li>
          );
        })}
      </ul>
    </details>
  );
}
