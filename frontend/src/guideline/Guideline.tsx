import { useMemo } from "react";
import { formatDay, plural } from "../ui/format";
import { Code, Text } from "../taxonomy/Named";
import type { DimensionDocument, VersionDocument } from "../taxonomy/types";
import { visible } from "../taxonomy/visible";
import { chosen, saidIn, type Choice } from "./choice";
import { DefectSheet } from "./DefectSheet";
import "../taxonomy/taxonomy.css";
import "./guideline.css";

const ACTIONS = [
  ["accept", "usable as it is"],
  ["retouch", "usable after a local edit; the picture stays"],
  ["regenerate", "this picture is out; the same order is given again"],
  ["reject", "this picture is out; a person decides whether the order is given again"],
] as const;

/** A version as a booklet: cover, contents, one page a dimension and one a defect, and what the levels mean. */
export function Guideline({ document, choice }: { document: VersionDocument; choice: Choice }) {
  const dimensions = useMemo(() => chosen(document, choice), [document, choice]);
  const language = { wanted: choice.language, own: document.default_language };
  return (
    <article className="guide" aria-label="Guideline">
      <Cover document={document} dimensions={dimensions} />
      <Contents dimensions={dimensions} language={language} />
      {dimensions.map((dimension) => (
        <Dimension key={dimension.id} dimension={dimension} document={document} language={language} />
      ))}
      <Levels document={document} />
    </article>
  );
}

export interface Language {
  wanted: string;
  own: string;
}

function Cover({
  document,
  dimensions,
}: {
  document: VersionDocument;
  dimensions: readonly DimensionDocument[];
}) {
  const defects = dimensions.reduce((sum, one) => sum + one.defects.length, 0);
  return (
    <section className="guide-page guide-cover">
      <p className="guide-kind">Annotation guideline</p>
      <p className="guide-title">
        <Text>{document.title}</Text>
      </p>
      <p className="guide-version">
        Version {document.number}
        {document.state !== "published" && ` (${document.state.replace("_", " ")})`}
      </p>
      <p className="guide-summary">
        <Text>{document.summary}</Text>
      </p>
      <dl className="guide-facts">
        <dt>Published</dt>
        <dd>{document.published_at ? formatDay(document.published_at) : "not yet"}</dd>
        <dt>Holds</dt>
        <dd>
          {plural(dimensions.length, "dimension")}, {plural(defects, "defect")}
          {defects < document.counts.defects && ` of ${document.counts.defects}`}
        </dd>
        {document.license && (
          <>
            <dt>License</dt>
            <dd>
              <Text>{document.license}</Text>
            </dd>
          </>
        )}
        <dt>Content hash</dt>
        <dd className="mono">{document.content_hash}</dd>
      </dl>
    </section>
  );
}

function Contents({
  dimensions,
  language,
}: {
  dimensions: readonly DimensionDocument[];
  language: Language;
}) {
  return (
    <nav className="guide-page guide-contents" aria-label="Contents">
      <h2>Contents</h2>
      <ol>
        {dimensions.map((dimension) => (
          <li key={dimension.id}>
            <a href={`#${dimension.id}`}>
              <Code>{dimension.code}</Code>{" "}
              <strong>{visible(saidIn(dimension, language.wanted, language.own).name)}</strong>
            </a>
            <ol>
              {dimension.defects.map((defect) => (
                <li key={defect.id}>
                  <a href={`#${defect.id}`}>
                    <Code>{defect.code}</Code> {visible(saidIn(defect, language.wanted, language.own).name)}
                  </a>
                </li>
              ))}
            </ol>
          </li>
        ))}
      </ol>
    </nav>
  );
}

function Dimension({
  dimension,
  document,
  language,
}: {
  dimension: DimensionDocument;
  document: VersionDocument;
  language: Language;
}) {
  const said = saidIn(dimension, language.wanted, language.own);
  return (
    <>
      <section
        className="guide-page guide-divider"
        id={dimension.id}
        aria-labelledby={`name-${dimension.id}`}
      >
        <p className="guide-letter" aria-hidden="true">
          {dimension.code}
        </p>
        <h2 id={`name-${dimension.id}`} lang={said.nameIn}>
          <Text>{said.name}</Text>
        </h2>
        <p className="guide-summary" lang={said.definitionIn}>
          <Text>{said.definition}</Text>
        </p>
        <ul>
          {dimension.defects.map((defect) => (
            <li key={defect.id}>
              <Code>{defect.code}</Code> <Text>{saidIn(defect, language.wanted, language.own).name}</Text>
            </li>
          ))}
        </ul>
      </section>
      {dimension.defects.map((defect) => (
        <DefectSheet
          key={defect.id}
          defect={defect}
          dimension={said.name}
          scale={document.scales.find((one) => one.id === defect.scale)}
          footer={`${visible(document.title)} ${document.number}`}
          language={language}
        />
      ))}
    </>
  );
}

function Levels({ document }: { document: VersionDocument }) {
  return (
    <section className="guide-page guide-levels" aria-labelledby="guide-levels">
      <h2 id="guide-levels">What the levels mean</h2>
      {document.scales.map((scale) => (
        <div key={scale.id} className="guide-scale">
          <h3>
            <Text>{scale.name}</Text>
          </h3>
          {scale.tie_break && (
            <p>
              <Text>{scale.tie_break}</Text>
            </p>
          )}
          <table>
            <thead>
              <tr>
                <th scope="col">Key</th>
                <th scope="col">Level</th>
                <th scope="col">Rule</th>
                <th scope="col">Action</th>
              </tr>
            </thead>
            <tbody>
              {scale.levels.map((level) => (
                <tr key={level.key}>
                  <td>{level.hotkey}</td>
                  <th scope="row">
                    <Text>{level.name}</Text>
                  </th>
                  <td>
                    <Text>{level.general_rule}</Text>
                  </td>
                  <td>{level.action}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ))}
      <h3>What becomes of the picture</h3>
      <dl className="guide-facts">
        {ACTIONS.map(([action, meaning]) => (
          <div key={action}>
            <dt>{action}</dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <p>The verdict of a picture is the worst action of its findings.</p>
    </section>
  );
}
