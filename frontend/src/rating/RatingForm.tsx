import { useEffect, useRef } from "react";
import { isAskable, isRating, levelOf, levelsByKey, scaleOf } from "../queue/catalogue";
import type { Catalogue } from "../queue/catalogue";
import { ratedDefects } from "../queue/rules";
import type { Edit, Open } from "../queue/session";
import type { Defect } from "../queue/types";
import { instancesOf } from "../queue/work";

interface RatingFormProps {
  book: Catalogue;
  open: Open;
  notRatable: boolean;
  onEdit: (edit: Edit) => void;
  onSubmit: () => void;
}

/** Every score with its key; the asked one shows the decision rule of each level. At the end one submits. */
export function RatingForm({ book, open, notRatable, onEdit, onSubmit }: RatingFormProps) {
  const rated = ratedDefects(book, open.lease);
  const flags = [...book.defects.values()].filter(
    (defect) => !isRating(book, defect) && isAskable(open.lease, defect.id),
  );
  const given = rated.filter(({ id }) => id in open.line.present.ratings).length;
  const isReview = open.cursor >= rated.length;
  return (
    <section className="ts-rating" aria-label="Scores">
      <ol>
        {rated.map((defect, index) => (
          <Score
            key={defect.id}
            book={book}
            open={open}
            defect={defect}
            asked={index === open.cursor && !notRatable}
            off={notRatable}
            onAsk={() => onEdit({ type: "cursor", to: index })}
            onEdit={onEdit}
          />
        ))}
      </ol>
      {flags.length > 0 && (
        <div className="ts-flags">
          {flags.map((defect) => {
            const [set] = instancesOf(open.line.present, defect.id);
            return (
              <button
                key={defect.id}
                type="button"
                aria-pressed={set !== undefined}
                title={defect.definition}
                onMouseDown={(event) => event.preventDefault()}
                onClick={() =>
                  onEdit(
                    set === undefined
                      ? { type: "pick", defect: defect.id }
                      : { type: "delete", key: set.key },
                  )
                }
              >
                <kbd>{defect.code}</kbd> {defect.name}
              </button>
            );
          })}
        </div>
      )}
      <div className={isReview || notRatable ? "ts-review ready" : "ts-review"}>
        <span>
          {notRatable ? "No score applies to this image." : `${given} of ${rated.length} scores given.`}
        </span>
        <button
          type="button"
          className={isReview || notRatable ? "button primary" : "button"}
          onMouseDown={(event) => event.preventDefault()}
          onClick={onSubmit}
        >
          Submit <kbd>Enter</kbd>
        </button>
      </div>
    </section>
  );
}

interface ScoreProps {
  book: Catalogue;
  open: Open;
  defect: Defect;
  asked: boolean;
  off: boolean;
  onAsk: () => void;
  onEdit: (edit: Edit) => void;
}

function Score({ book, open, defect, asked, off, onAsk, onEdit }: ScoreProps) {
  const element = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (asked) element.current?.scrollIntoView({ block: "nearest" });
  }, [asked]);
  const { ratings } = open.line.present;
  const given = ratings[defect.id];
  const level = given == null ? undefined : levelOf(book, defect, given);
  const said =
    off || given === null ? "n/a" : level === undefined ? "–" : `${level.hotkey} ${level.name.toLowerCase()}`;
  return (
    <li ref={element} className={asked ? "asked" : undefined}>
      <button
        type="button"
        className="ts-score"
        aria-current={asked ? "step" : undefined}
        disabled={off}
        onMouseDown={(event) => event.preventDefault()}
        onClick={onAsk}
      >
        <kbd>{defect.code}</kbd>
        <span className="ts-defect-name">{defect.name}</span>
        <span className={given === undefined && !off ? "muted" : "ts-given"}>{said}</span>
      </button>
      {asked && <Choices book={book} defect={defect} given={given} onEdit={onEdit} />}
    </li>
  );
}

interface ChoicesProps {
  book: Catalogue;
  defect: Defect;
  given: string | null | undefined;
  onEdit: (edit: Edit) => void;
}

function Choices({ book, defect, given, onEdit }: ChoicesProps) {
  const scale = scaleOf(book, defect);
  if (scale === undefined) return null;
  return (
    <div className="ts-choices-of" role="group" aria-label={`Score of ${defect.name}`}>
      <p>{defect.definition}</p>
      <div className="ts-levels">
        {[...levelsByKey(scale)].reverse().map((level) => (
          <button
            key={level.key}
            type="button"
            aria-pressed={given === level.key}
            title={level.general_rule}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => onEdit({ type: "digit", digit: level.hotkey })}
          >
            <kbd>{level.hotkey}</kbd>
            <span>
              <strong>{level.name}</strong> {defect.severity[level.key]?.rule ?? ""}{" "}
              <span className="ts-general">{level.general_rule}</span>
            </span>
          </button>
        ))}
        {scale.allow_not_applicable && (
          <button
            type="button"
            aria-pressed={given === null}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => onEdit({ type: "not-applicable" })}
          >
            <kbd>0</kbd>
            <span>
              <strong>Not applicable</strong>
            </span>
          </button>
        )}
      </div>
      {defect.do_not_annotate_when.length > 0 && (
        <ul className="ts-criteria ts-small">
          {defect.do_not_annotate_when.map(({ text }) => (
            <li key={text}>– {text}</li>
          ))}
        </ul>
      )}
    </div>
  );
}
