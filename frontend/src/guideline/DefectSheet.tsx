import { Region } from "../taxonomy/ExamplePicture";
import { rowsOf } from "../taxonomy/Examples";
import { scopeText } from "../taxonomy/DefectMarks";
import { Code, Text } from "../taxonomy/Named";
import type { DefectDocument, DefectExample, Reference, Scale } from "../taxonomy/types";
import { visible } from "../taxonomy/visible";
import { saidIn } from "./choice";
import type { Language } from "./Guideline";

interface DefectSheetProps {
  defect: DefectDocument;
  dimension: string;
  scale: Scale | undefined;
  footer: string;
  language: Language;
}

/** One defect on one page: what it is, do and don't, the levels, pictures beside their clean counterparts. */
export function DefectSheet({ defect, dimension, scale, footer, language }: DefectSheetProps) {
  const said = saidIn(defect, language.wanted, language.own);
  const pictured = defect.examples.filter((one) => one.url !== null);
  const missing = defect.examples.filter((one) => one.url === null);
  const title = `name-${defect.id}`;
  return (
    <section className="guide-page guide-defect" id={defect.id} aria-labelledby={title}>
      <header className="guide-head">
        <Code>{defect.code}</Code>
        <h3 id={title} lang={said.nameIn}>
          <Text>{said.name}</Text>
        </h3>
        <span className="guide-where">
          <Text>{dimension}</Text>
        </span>
      </header>
      <p className="guide-definition" lang={said.definitionIn}>
        <Text>{said.definition}</Text>
      </p>
      <Marks defect={defect} />
      <div className="guide-criteria">
        <div>
          <h4>✓ Annotate when</h4>
          <ul>
            {defect.annotate_when.map((text, place) => (
              <li key={place}>
                <Text>{text}</Text>
              </li>
            ))}
          </ul>
        </div>
        <div>
          <h4>✕ Do not annotate when</h4>
          <ul>
            {defect.do_not_annotate_when.map((one, place) => (
              <li key={place}>
                <Text>{one.text}</Text>
                {one.use && <Instead to={one.use} />}
              </li>
            ))}
          </ul>
        </div>
      </div>
      <LevelRules defect={defect} scale={scale} />
      {pictured.length > 0 && (
        <div className="guide-pictures">
          {rowsOf(pictured).map((row) => (
            <div className="guide-row" key={row.key}>
              {row.examples.map((example) => (
                <Picture key={example.place} example={example} defect={defect} />
              ))}
            </div>
          ))}
        </div>
      )}
      {missing.length > 0 && (
        <div className="guide-missing">
          <h4>Examples without a picture yet</h4>
          <ul>
            {missing.map((example) => (
              <li key={example.place}>
                <strong>{kindOf(example, defect)}:</strong> <Text>{example.caption}</Text>
              </li>
            ))}
          </ul>
        </div>
      )}
      <footer className="guide-foot">
        <span>{footer}</span>
        <span>
          {defect.id} · since {defect.since}
        </span>
      </footer>
    </section>
  );
}

function Instead({ to }: { to: Reference }) {
  return (
    <span className="guide-use">
      {" "}
      → <Code>{to.code}</Code> <Text>{to.name}</Text>
    </span>
  );
}

function Marks({ defect }: { defect: DefectDocument }) {
  const marks = [
    `Marked on ${scopeText(defect.scope)}.`,
    defect.veto && "Veto: one finding rejects the picture.",
    defect.comment_required && "A note is needed.",
    defect.not_ratable && "Makes every rating of the picture not applicable.",
    defect.context.length > 0 &&
      `Needs on screen: ${defect.context.map((one) => one.replaceAll("_", " ")).join(", ")}.`,
    defect.route && `Also goes to: ${defect.route}.`,
    defect.status !== "active" && `Status: ${defect.status}.`,
    defect.aliases.length > 0 && `Also called: ${defect.aliases.map(visible).join(", ")}.`,
  ].filter((one): one is string => typeof one === "string");
  return <p className="guide-marks">{marks.join(" ")}</p>;
}

function LevelRules({ defect, scale }: { defect: DefectDocument; scale: Scale | undefined }) {
  return (
    <table className="guide-rules">
      <caption className="visually-hidden">Levels of {visible(defect.name)}</caption>
      <thead>
        <tr>
          <th scope="col">Key</th>
          <th scope="col">{scale ? visible(scale.name) : "Level"}</th>
          <th scope="col">Rule</th>
          <th scope="col">Action</th>
          <th scope="col">Points</th>
        </tr>
      </thead>
      <tbody>
        {defect.levels.map((level) => (
          <tr key={level.key}>
            <td>{level.hotkey}</td>
            <th scope="row">
              <Text>{level.name}</Text>
            </th>
            <td>
              <Text>{level.rule ?? level.general_rule}</Text>
            </td>
            <td>{level.action}</td>
            <td>{level.penalty === null ? "–" : level.penalty === 0 ? "0" : `−${level.penalty}`}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** In words, so that it can be told apart without colour. */
function kindOf(example: DefectExample, defect: DefectDocument): string {
  const level = defect.levels.find((one) => one.key === example.severity)?.name;
  if (example.kind === "positive") return level ? `✓ Do annotate · ${visible(level)}` : "✓ Do annotate";
  if (example.kind === "negative") return "✕ Don’t annotate";
  const verdict = { annotate: " · annotate", do_not_annotate: " · do not annotate" }[example.verdict ?? ""];
  return `◐ Borderline${verdict ?? (level ? ` · ${visible(level)}` : "")}`;
}

function Picture({ example, defect }: { example: DefectExample; defect: DefectDocument }) {
  return (
    <figure data-kind={example.kind}>
      <span className="example-frame">
        <img src={example.url ?? ""} alt={visible(example.caption)} />
        {example.region && <Region region={example.region} />}
      </span>
      <figcaption>
        <strong>{kindOf(example, defect)}</strong>
        <br />
        <Text>{example.caption}</Text>
      </figcaption>
    </figure>
  );
}
