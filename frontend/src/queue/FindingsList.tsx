import { useEffect, useRef } from "react";
import { placeName } from "../canvas/geometry";
import type { Mark } from "../canvas/Overlay";
import { levelOf, nameOf, scaleOf, subDefectOf } from "./catalogue";
import type { Catalogue } from "./catalogue";
import { FindingEditor } from "./FindingEditor";
import { derived } from "./rules";
import type { Fault } from "./rules";
import type { Edit, Open } from "./session";
import type { Defect } from "./types";
import type { WorkFinding } from "./work";

/** What stands beside a finding's line on the picture, and what is said about it. */
export function marksOf(book: Catalogue, open: Open, faults: readonly Fault[]): readonly Mark[] {
  const found = open.line.present.findings.flatMap((finding): Mark[] => {
    const defect = book.defects.get(finding.defect);
    if (finding.region === null || defect === undefined) return [];
    const digit = levelOf(book, defect, finding.severity)?.hotkey ?? "";
    return [
      {
        key: finding.key,
        region: finding.region,
        tag: defect.code + (scaleOf(book, defect)?.kind === "flag" ? "" : digit),
        name: describe(book, finding),
        unsure: finding.confidence === "unsure",
        faulty: faults.some((fault) => fault.finding === finding.key),
      },
    ];
  });
  if (open.loose === null) return found;
  return [
    ...found,
    {
      key: "loose",
      region: open.loose,
      tag: "?",
      name: "A region without a defect yet",
      unsure: true,
      faulty: true,
    },
  ];
}

/** "Garbled text, level 4 serious, box, top left, unsure". */
export function describe(book: Catalogue, finding: WorkFinding): string {
  const defect = book.defects.get(finding.defect);
  if (defect === undefined) return "A defect that is not asked here";
  const parts = [
    defect.name,
    subDefectOf(defect, finding.subDefect)?.name,
    levelWords(book, defect, finding),
    finding.region === null ? null : `${finding.region.shape}, ${placeName(finding.region)}`,
    finding.confidence === "unsure" ? "unsure" : null,
  ];
  return parts.filter((part) => part != null).join(", ");
}

interface FindingsListProps {
  book: Catalogue;
  open: Open;
  faults: readonly Fault[];
  onEdit: (edit: Edit) => void;
}

/** The findings beside the picture: everything that can be done on it with the pointer can be done here with keys. */
export function FindingsList({ book, open, faults, onEdit }: FindingsListProps) {
  const { findings, notAssessed, unusable } = open.line.present;
  const implied = derived(book, open.lease, open.line.present);
  return (
    <section className="ts-findings" aria-label="Findings">
      <h2>
        Findings <span className="muted">{findings.length === 0 ? "none yet" : findings.length}</span>
      </h2>
      {unusable && <p className="ts-fault">The image cannot be judged. Enter submits this.</p>}
      {open.loose !== null && <p className="ts-fault">A region is drawn: type its defect.</p>}
      <ol>
        {findings.map((finding) => (
          <FindingRow
            key={finding.key}
            book={book}
            open={open}
            finding={finding}
            faults={faults.filter((fault) => fault.finding === finding.key)}
            onEdit={onEdit}
          />
        ))}
        {implied.map(({ defect, from }) => (
          <li key={defect} className="ts-derived muted">
            {nameOf(book, defect)} <span>implied by {nameOf(book, from)}</span>
          </li>
        ))}
        {notAssessed.map((defect) => (
          <li key={defect} className="ts-derived muted">
            {nameOf(book, defect)} <span>not assessed</span>
            <button
              type="button"
              className="button quiet small"
              onClick={() => onEdit({ type: "not-assessed", defect })}
            >
              Ask again
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** What is still to be done is no mistake yet: said calmly, in the order of doing. */
const TODO: Readonly<Record<string, string>> = {
  "level-missing": "Level: press its digit.",
  "region-missing": "Place: draw it on the picture.",
  "note-missing": "Note: say what it is.",
};

interface FindingRowProps {
  book: Catalogue;
  open: Open;
  finding: WorkFinding;
  faults: readonly Fault[];
  onEdit: (edit: Edit) => void;
}

function FindingRow({ book, open, finding, faults, onEdit }: FindingRowProps) {
  const element = useRef<HTMLLIElement>(null);
  const selected = finding.key === open.selected;
  useEffect(() => {
    if (selected) element.current?.scrollIntoView({ block: "nearest" });
  }, [selected]);
  const defect = book.defects.get(finding.defect);
  if (defect === undefined) return null;
  return (
    <li ref={element} className={selected ? "selected" : undefined}>
      <div className="ts-finding-head">
        <button
          type="button"
          aria-pressed={selected}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onEdit({ type: "select", key: finding.key })}
        >
          <kbd>{defect.code}</kbd>
          <span className="ts-defect-name">
            {subDefectOf(defect, finding.subDefect)?.name ?? defect.name}
          </span>
          <span className="ts-finding-what">
            {selected && <span className="visually-hidden">{levelWords(book, defect, finding)} </span>}
            {summary(book, defect, finding, selected)}
          </span>
        </button>
        <button
          type="button"
          className="ts-remove"
          aria-label={`Delete ${defect.name}`}
          title="Delete (Backspace)"
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onEdit({ type: "delete", key: finding.key })}
        >
          ×
        </button>
      </div>
      {faults
        .filter(({ code }) => selected || !(code in TODO))
        .map((fault) => (
          <p key={fault.code + fault.message} className={fault.code in TODO ? "ts-todo" : "ts-fault"}>
            {TODO[fault.code] ?? fault.message}
          </p>
        ))}
      {selected && (
        <FindingEditor
          book={book}
          open={open}
          defect={defect}
          finding={finding}
          wantsNote={faults.length === 1 && faults[0]?.code === "note-missing"}
          onEdit={onEdit}
        />
      )}
    </li>
  );
}

function levelWords(book: Catalogue, defect: Defect, finding: WorkFinding): string {
  const level = levelOf(book, defect, finding.severity);
  return level === undefined ? "no level yet" : `level ${level.hotkey} ${level.name.toLowerCase()}`;
}

/** "2 major · box centre · unsure"; the level of the chosen finding stands below it, so it is left out. */
function summary(book: Catalogue, defect: Defect, finding: WorkFinding, selected: boolean): string {
  const level = levelOf(book, defect, finding.severity);
  const isFlag = scaleOf(book, defect)?.kind === "flag";
  const parts = [
    selected || isFlag
      ? null
      : level === undefined
        ? "level?"
        : `${level.hotkey} ${level.name.toLowerCase()}`,
    finding.region === null ? null : `${finding.region.shape} ${placeName(finding.region)}`,
    finding.confidence === "unsure" ? "unsure" : null,
  ];
  return parts.filter((part) => part !== null).join(" · ");
}
