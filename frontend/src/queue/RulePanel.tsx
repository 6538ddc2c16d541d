import { anchorOf, levelsByKey, nameOf, scaleOf } from "./catalogue";
import type { Catalogue } from "./catalogue";
import type { Criterion, Defect, Example } from "./types";
import { bounds } from "../canvas/geometry";

interface RulePanelProps {
  book: Catalogue;
  defect: Defect | undefined;
  level: string | null;
  onClose: () => void;
}

const SIDES: readonly { kind: Example["kind"]; title: string }[] = [
  { kind: "positive", title: "DO" },
  { kind: "negative", title: "DON'T" },
  { kind: "borderline", title: "BORDERLINE" },
];

/** The definition of one defect, pictures first: do, don't and borderline side by side. */
export default function RulePanel({ book, defect, level, onClose }: RulePanelProps) {
  return (
    <section className="ts-rule" aria-label="Definition">
      <header>
        {defect === undefined ? (
          <h2>Definition</h2>
        ) : (
          <h2>
            <kbd>{defect.code}</kbd> {defect.name}
          </h2>
        )}
        <button
          type="button"
          className="ts-remove"
          aria-label="Close the definition (Shift+K)"
          onClick={onClose}
        >
          ×
        </button>
      </header>
      {defect === undefined ? (
        <p className="muted">Choose a defect or a finding: its definition and pictures stand here.</p>
      ) : (
        <RuleText book={book} defect={defect} level={level} />
      )}
    </section>
  );
}

function RuleText({ book, defect, level }: { book: Catalogue; defect: Defect; level: string | null }) {
  const scale = scaleOf(book, defect);
  return (
    <>
      <div className="ts-pictures">
        {SIDES.map(({ kind, title }) => (
          <Pictures
            key={kind}
            title={title}
            kind={kind}
            examples={defect.examples.filter((example) => example.kind === kind)}
            level={level}
          />
        ))}
      </div>
      <p>{defect.definition}</p>
      <Criteria title="Annotate when" sign="+" book={book} criteria={defect.annotate_when} />
      <Criteria title="Do not annotate when" sign="–" book={book} criteria={defect.do_not_annotate_when} />
      {scale !== undefined && (
        <>
          <h3>Levels</h3>
          <ol className="ts-rule-levels">
            {levelsByKey(scale).map((one) => (
              <li key={one.key} className={one.key === level ? "chosen" : undefined}>
                <kbd>{one.hotkey}</kbd>
                <span>
                  <strong>{one.name}.</strong> {anchorOf(defect, one)}{" "}
                  {anchorOf(defect, one) !== one.general_rule && (
                    <span className="muted">{one.general_rule}</span>
                  )}
                </span>
              </li>
            ))}
          </ol>
          {scale.tie_break !== null && <p className="muted ts-small">{scale.tie_break}</p>}
        </>
      )}
      {defect.related.length > 0 && (
        <p className="ts-small">See also: {defect.related.map((id) => nameOf(book, id)).join("; ")}.</p>
      )}
    </>
  );
}

interface PicturesProps {
  title: string;
  kind: Example["kind"];
  examples: readonly Example[];
  level: string | null;
}

/** The example of the finding's own level first. */
function Pictures({ title, kind, examples, level }: PicturesProps) {
  const sorted = [...examples].sort((a, b) => Number(b.severity === level) - Number(a.severity === level));
  return (
    <div className={`ts-side ${kind}`}>
      <h3>{title}</h3>
      {sorted.map((example) => (
        <ExamplePicture key={example.id} example={example} />
      ))}
      {sorted.length === 0 && <p className="muted ts-small">No example yet.</p>}
    </div>
  );
}

export function ExamplePicture({ example }: { example: Example }) {
  const box = example.region === null ? null : bounds(example.region);
  return (
    <figure>
      {example.url === null ? (
        <div className="ts-no-picture muted">picture missing</div>
      ) : (
        <div className="ts-example">
          <img src={example.url} alt="" loading="lazy" decoding="async" />
          {box !== null && (
            <span
              className="ts-example-region"
              style={{
                left: `${box.x0 * 100}%`,
                top: `${box.y0 * 100}%`,
                width: `${(box.x1 - box.x0) * 100}%`,
                height: `${(box.y1 - box.y0) * 100}%`,
              }}
            />
          )}
        </div>
      )}
      <figcaption>{example.caption}</figcaption>
    </figure>
  );
}

function Criteria({
  title,
  sign,
  book,
  criteria,
}: {
  title: string;
  sign: string;
  book: Catalogue;
  criteria: readonly Criterion[];
}) {
  if (criteria.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul className="ts-criteria">
        {criteria.map(({ text, use }) => (
          <li key={text}>
            <span aria-hidden="true">{sign}</span> {text}
            {use != null && <span className="ts-use"> Use {nameOf(book, use)}.</span>}
          </li>
        ))}
      </ul>
    </>
  );
}
