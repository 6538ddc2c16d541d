import { useState } from "react";
import { addressOf } from "../api/client";
import type { components } from "../api/schema";
import { Badge } from "../ui/Badge";
import { Lightbox } from "../ui/Lightbox";
import "./agreement.css";

type Answer = components["schemas"]["MarkedAnswer"];
type Finding = components["schemas"]["MarkedFinding"];

/** What both galleries show: an image with everybody's answers. */
export interface MarkedPicture {
  id: string;
  image: string;
  name: string;
  generator: string;
  width: number;
  height: number;
  answers: Answer[];
}

interface MarkGalleryProps<Row extends MarkedPicture> {
  label: string;
  rows: readonly Row[];
  /** The concept asked about; its marks are strong, the others faint. Null: all alike. */
  concept: string | null;
  conceptNames: Record<string, string>;
  levelNames: Record<string, string>;
  caption: (row: Row) => React.ReactNode;
  side?: (row: Row) => React.ReactNode;
}

/** Pictures with the marks of all reviewers over them; one opens large with what everybody said. */
export function MarkGallery<Row extends MarkedPicture>(props: MarkGalleryProps<Row>) {
  const { label, rows, concept, caption, side } = props;
  const [open, setOpen] = useState<number | null>(null);
  const colours = coloursOf(rows);
  const row = open === null ? undefined : rows[open];
  return (
    <>
      <ul className="marked-grid" aria-label={label} style={{ listStyle: "none", margin: 0, padding: 0 }}>
        {rows.map((one, place) => (
          <li key={one.id}>
            <button type="button" className="thumb marked-tile" onClick={() => setOpen(place)}>
              <span className="marked-picture">
                <span
                  className="marked-fit"
                  style={{
                    width: `${100 * Math.min(1, one.width / one.height)}%`,
                    height: `${100 * Math.min(1, one.height / one.width)}%`,
                  }}
                >
                  <img src={addressOf(`/images/${one.image}/thumbnail`)} alt="" loading="lazy" />
                  <MarksOverlay answers={one.answers} concept={concept} colours={colours} />
                </span>
              </span>
              <span className="visually-hidden">{one.name}</span>
              <span className="thumb-text">{caption(one)}</span>
            </button>
          </li>
        ))}
      </ul>
      {row && open !== null && (
        <Lightbox
          title={row.name}
          image={addressOf(`/images/${row.image}/original`)}
          alt={`${row.name}, with the marks of ${row.answers.length} reviewers`}
          overlay={<MarksOverlay answers={row.answers} concept={concept} colours={colours} />}
          index={open}
          count={rows.length}
          onIndex={setOpen}
          onClose={() => setOpen(null)}
        >
          <div className="stack tight">
            {side?.(row)}
            <h3>What each reviewer said</h3>
            {row.answers.length === 0 && <p className="muted">Nobody has a counted answer on this image.</p>}
            {row.answers.map((answer) => (
              <Said key={answer.reviewer} {...props} answer={answer} colour={colours.get(answer.reviewer)} />
            ))}
          </div>
        </Lightbox>
      )}
    </>
  );
}

function Said<Row extends MarkedPicture>({
  answer,
  colour,
  concept,
  conceptNames,
  levelNames,
}: MarkGalleryProps<Row> & { answer: Answer; colour: string | undefined }) {
  const words = { present: "marked it", absent: "did not mark it", not_assessed: "did not assess it" };
  return (
    <div className="who">
      <span className="who-swatch" style={{ background: colour }} aria-hidden="true" />
      <span>
        <strong>{answer.pseudonym}</strong> {concept && words[answer.presence]}
        {answer.outcome === "unusable" && " (called the image unusable)"}
        {answer.outcome === "clean" && !concept && "found nothing"}
      </span>
      {answer.findings.map((finding, place) => (
        <span key={place} className={concept && finding.defect !== concept ? "muted" : undefined}>
          {conceptNames[finding.defect] ?? finding.defect}
          {finding.level && `, ${levelNames[`${finding.defect}/${finding.level}`] ?? finding.level}`}
          {finding.level === null && ", not applicable"}{" "}
          {finding.confidence === "unsure" && <Badge>unsure</Badge>}{" "}
          {finding.derived && <Badge>derived</Badge>} {finding.note && <q>{finding.note}</q>}
        </span>
      ))}
      {answer.note && <q>{answer.note}</q>}
    </div>
  );
}

interface MarksOverlayProps {
  answers: readonly Answer[];
  concept: string | null;
  colours: ReadonlyMap<string, string>;
}

/** The regions of all answers, a colour for each reviewer; dashed where they were unsure. */
function MarksOverlay({ answers, concept, colours }: MarksOverlayProps) {
  const marks = answers.flatMap((answer) =>
    answer.findings
      .filter((finding) => finding.region !== null)
      .map((finding, place) => ({ key: `${answer.reviewer} ${place}`, finding, reviewer: answer.reviewer })),
  );
  return (
    <svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
      {marks.map(({ key, finding, reviewer }) => (
        <g key={key} className={concept && finding.defect !== concept ? "mark-other" : undefined}>
          <Shape finding={finding} className="mark-halo" />
          <Shape
            finding={finding}
            className={finding.confidence === "unsure" ? "mark-line unsure" : "mark-line"}
            stroke={colours.get(reviewer)}
          />
        </g>
      ))}
    </svg>
  );
}

function Shape({
  finding,
  className,
  stroke,
}: {
  finding: Finding;
  className: string;
  stroke?: string | undefined;
}) {
  const region = finding.region as { shape?: string; points?: [number, number][] } | null;
  const points = region?.points ?? [];
  const [first, second] = points;
  const style = stroke ? { stroke } : {};
  if (!first) return null;
  if (region?.shape === "box" && second) {
    const [x, y] = [Math.min(first[0], second[0]), Math.min(first[1], second[1])];
    return (
      <rect
        className={className}
        style={style}
        x={x}
        y={y}
        width={Math.abs(second[0] - first[0])}
        height={Math.abs(second[1] - first[1])}
      />
    );
  }
  if (region?.shape === "point") {
    return <ellipse className={className} style={style} cx={first[0]} cy={first[1]} rx="0.02" ry="0.02" />;
  }
  return (
    <polygon className={className} style={style} points={points.map((one) => one.join(",")).join(" ")} />
  );
}

/** One colour for each reviewer of the page, in the order of their pseudonyms. */
function coloursOf(rows: readonly MarkedPicture[]): Map<string, string> {
  const names = new Map(
    rows.flatMap((row) => row.answers.map((one) => [one.reviewer, one.pseudonym] as const)),
  );
  const order = [...names].sort(([, a], [, b]) => a.localeCompare(b)).map(([reviewer]) => reviewer);
  return new Map(order.map((reviewer, place) => [reviewer, `var(--cat-${(place % 7) + 1})`]));
}
