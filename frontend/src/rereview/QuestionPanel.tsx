import { WordDiff } from "../taxonomy/WordDiff";
import { questionIn } from "../migration/types";
import { Keys } from "../keyboard/KeyHelp";
import { chosen, choose, mayBeNone, none, type Candidate, type Draft, type Question } from "./reply";

interface PanelProps {
  question: Question;
  draft: Draft;
  onDraft: (draft: Draft) => void;
}

/** The old answer, what the definition says otherwise, and the candidates with their rules and pictures. */
export function QuestionPanel({ question, draft, onDraft }: PanelProps) {
  const { old, versions } = question;
  const candidate = chosen(question, draft);
  return (
    <>
      <section aria-label="The old answer">
        <h2>{question.kinds.map(questionIn).join(" ")}</h2>
        <p>
          {question.own ? "You" : "A reviewer"} marked it in {versions.old} as <kbd>{old.code}</kbd>{" "}
          <strong>{old.name}</strong>
          {old.level && `, ${old.level}`}.
        </p>
      </section>
      <section aria-label="Candidates" className="review-candidates">
        {question.candidates.map((one, place) => (
          <CandidateCard
            key={one.concept}
            question={question}
            candidate={one}
            place={place + 1}
            isChosen={one.concept === draft.concept}
            onChoose={() => onDraft(choose(question, draft, one.concept))}
          />
        ))}
        {mayBeNone(question) && (
          <button
            type="button"
            className="desk-choice"
            aria-pressed={draft.none}
            onClick={() => onDraft(none(draft))}
          >
            None of them <Keys chord="N" />
          </button>
        )}
      </section>
      {candidate && candidate.choices.length > 1 && (
        <div role="group" aria-label="Level" className="review-levels">
          {candidate.choices.map((level, place) => {
            const rule = candidate.levels.find(({ key }) => key === level);
            return (
              <button
                key={level}
                type="button"
                className="desk-choice"
                aria-pressed={draft.level === level}
                onClick={() => onDraft({ ...draft, level })}
              >
                <kbd>{place + 1}</kbd> <strong>{rule?.name ?? level}</strong> {rule?.rule}
              </button>
            );
          })}
        </div>
      )}
    </>
  );
}

interface CardProps {
  question: Question;
  candidate: Candidate;
  place: number;
  isChosen: boolean;
  onChoose: () => void;
}

function CandidateCard({ question, candidate, place, isChosen, onChoose }: CardProps) {
  const { old } = question;
  return (
    <article className={isChosen ? "review-card chosen" : "review-card"}>
      <button type="button" className="desk-choice" aria-pressed={isChosen} onClick={onChoose}>
        {question.candidates.length > 1 && <kbd>{place}</kbd>} <kbd>{candidate.code}</kbd> {candidate.name}
      </button>
      <Changed name="Definition" before={old.definition} after={candidate.definition} />
      <Changed
        name="Annotate when"
        before={old.annotate_when.join("\n")}
        after={candidate.annotate_when.join("\n")}
      />
      <Changed
        name="Do not annotate when"
        before={old.do_not_annotate_when.join("\n")}
        after={candidate.do_not_annotate_when.join("\n")}
      />
      {candidate.examples.length > 0 && (
        <div className="desk-pictures">
          {candidate.examples.slice(0, 4).map((example) => (
            <figure key={example.picture + example.caption}>
              <img src={example.picture} alt={`${example.kind}: ${example.caption}`} loading="lazy" />
              <figcaption>
                {example.kind}: {example.caption}
              </figcaption>
            </figure>
          ))}
        </div>
      )}
    </article>
  );
}

/** A text with its difference to the old answer's; alike texts are only shown. */
function Changed({ name, before, after }: { name: string; before: string; after: string }) {
  if (!after) return null;
  return (
    <div>
      <h3>{name}</h3>
      {before === after ? <p>{after}</p> : <WordDiff before={before} after={after} />}
    </div>
  );
}
