import type { Scale, Defect } from "../queue/types";
import { ExamplePicture } from "../queue/RulePanel";

/** The rule of the disputed defect beside the dispute: definition, when, when not, level anchors, pictures. */
export function RuleText({ defect, scale }: { defect: Defect; scale: Scale | undefined }) {
  const pictures = defect.examples.filter((example) => example.url !== null).slice(0, 6);
  return (
    <div className="desk-rule">
      <p>{defect.definition}</p>
      <When title="Annotate when" texts={defect.annotate_when.map(({ text }) => text)} />
      <When title="Do not annotate when" texts={defect.do_not_annotate_when.map(({ text }) => text)} />
      {scale !== undefined && (
        <ol className="desk-levels">
          {scale.levels.map((level) => (
            <li key={level.key}>
              <kbd>{level.hotkey}</kbd> <strong>{level.name}.</strong>{" "}
              {defect.severity[level.key]?.rule ?? level.general_rule}
            </li>
          ))}
        </ol>
      )}
      {pictures.length > 0 && (
        <div className="desk-pictures">
          {pictures.map((example) => (
            <ExamplePicture key={example.id} example={example} />
          ))}
        </div>
      )}
      {pictures.length === 0 && <p className="muted">No example picture yet.</p>}
    </div>
  );
}

function When({ title, texts }: { title: string; texts: readonly string[] }) {
  if (texts.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul>
        {texts.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </>
  );
}
