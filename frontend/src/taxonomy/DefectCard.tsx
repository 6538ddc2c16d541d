import { useState } from "react";
import { Link } from "wouter";
import { DefectMarks, scopeText } from "./DefectMarks";
import { ActionBadge, Code, Text } from "./Named";
import { Criteria, Levels } from "./Rules";
import type { Hit } from "./search";
import { defectPath, type VersionDocument } from "./types";
import { visible } from "./visible";

/** A defect in the list: what it is in a sentence, its levels at a glance, its rules on demand. */
export function DefectCard({ hit, document }: { hit: Hit; document: VersionDocument }) {
  const { defect } = hit;
  const [isOpen, setOpen] = useState(false);
  const pictures = defect.examples.filter((one) => one.url !== null && one.kind === "positive").slice(-3);
  return (
    <article className="defect-card" id={defect.id} aria-label={visible(defect.name)}>
      <div className="defect-line">
        <Code>{defect.code}</Code>
        <div className="defect-words">
          <div className="row tight">
            <Link href={defectPath(document.slug, document.number, defect.id)} className="defect-name">
              <Text>{defect.name}</Text>
            </Link>
            <DefectMarks defect={defect} />
          </div>
          <p>
            <Text>{defect.definition}</Text>
          </p>
          <p className="muted defect-facts">
            {defect.levels.map((level) => (
              <span key={level.key}>
                <Text>{level.name}</Text> <ActionBadge action={level.action} />
              </span>
            ))}
          </p>
        </div>
        <div className="defect-pictures" aria-hidden="true">
          {pictures.map((one) => (
            <img
              key={one.place}
              src={one.url ?? ""}
              alt=""
              loading="lazy"
              decoding="async"
              data-kind={one.kind}
            />
          ))}
        </div>
      </div>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          Rules<span className="visually-hidden"> of {visible(defect.name)}</span>
        </summary>
        {isOpen && (
          <div className="stack defect-rules">
            <Criteria slug={document.slug} number={document.number} defect={defect} />
            <Levels defect={defect} caption={`Levels of ${visible(defect.name)}`} />
            <p className="muted">
              Marked on {scopeText(defect.scope)}.
              {defect.sub_defects.length > 0 &&
                ` Parts: ${defect.sub_defects.map((sub) => visible(sub.name)).join(", ")}.`}
            </p>
          </div>
        )}
      </details>
    </article>
  );
}
