import { useEffect, useId, useRef } from "react";
import { bounds, placeName } from "../canvas/geometry";
import type { Region } from "../canvas/geometry";
import type { Mark } from "../canvas/Overlay";
import { anchorOf, levelsByKey, levelOf, nameOf, scaleOf, subDefectOf } from "./catalogue";
import type { Catalogue } from "./catalogue";
import { asksRegion, derived } from "./rules";
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
  const level = levelOf(book, defect, finding.severity);
  const parts = [
    defect.name,
    subDefectOf(defect, finding.subDefect)?.name,
    level === undefined ? "no level yet" : `level ${level.hotkey} ${level.name.toLowerCase()}`,
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
  const implied = derived(book, open.line.present);
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
          aria-label={describe(book, finding)}
          aria-pressed={selected}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onEdit({ type: "select", key: finding.key })}
        >
          <kbd>{defect.code}</kbd>
          <span className="ts-defect-name">
            {subDefectOf(defect, finding.subDefect)?.name ?? defect.name}
          </span>
          <span className="ts-finding-what">{summary(book, defect, finding, selected)}</span>
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

interface FindingEditorProps {
  book: Catalogue;
  open: Open;
  defect: Defect;
  finding: WorkFinding;
  /** The note is all that is missing: its field takes the keys. */
  wantsNote: boolean;
  onEdit: (edit: Edit) => void;
}

function FindingEditor({ book, open, defect, finding, wantsNote, onEdit }: FindingEditorProps) {
  const scale = scaleOf(book, defect);
  const sub = useId();
  return (
    <div className="ts-editor">
      {scale !== undefined && scale.kind !== "flag" && (
        <div className="ts-levels" role="group" aria-label={`Level of ${defect.name}`}>
          {levelsByKey(scale).map((level) => (
            <button
              key={level.key}
              type="button"
              aria-pressed={finding.severity === level.key}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => onEdit({ type: "level", key: finding.key, level: level.key })}
            >
              <kbd>{level.hotkey}</kbd>
              <span>
                <strong>{level.name}</strong> {anchorOf(defect, level)}
              </span>
            </button>
          ))}
        </div>
      )}
      <div className="ts-editor-row">
        {defect.sub_defects.length > 0 && (
          <>
            <label htmlFor={sub} className="visually-hidden">
              Kind of {defect.name}
            </label>
            <select
              id={sub}
              value={finding.subDefect ?? ""}
              onChange={(event) =>
                onEdit({ type: "sub-defect", key: finding.key, sub: event.target.value || null })
              }
            >
              <option value="">Kind: not said</option>
              {defect.sub_defects.map(({ id, code, name }) => (
                <option key={id} value={id}>
                  {code} {name}
                </option>
              ))}
            </select>
          </>
        )}
        <label className="ts-check">
          <input
            type="checkbox"
            checked={finding.confidence === "unsure"}
            onChange={() => onEdit({ type: "unsure", key: finding.key })}
          />
          Unsure
        </label>
      </div>
      <NoteField
        key={finding.key}
        label={defect.comment_required ? "Note (needed): what is it?" : "Note"}
        needed={defect.comment_required}
        wanted={wantsNote}
        value={finding.note}
        onChange={(note) => onEdit({ type: "note", key: finding.key, note })}
      />
      {asksRegion(book, defect) && (
        <RegionFields
          key={`${finding.key}-region`}
          region={finding.region}
          width={open.lease.image.width}
          height={open.lease.image.height}
          onChange={(region) => onEdit({ type: "reshaped", key: finding.key, region })}
        />
      )}
    </div>
  );
}

interface NoteFieldProps {
  label: string;
  value: string;
  needed: boolean;
  wanted: boolean;
  onChange: (note: string) => void;
}

/** Escape and Enter give the keys back to the workspace. */
export function NoteField({ label, value, needed, wanted, onChange }: NoteFieldProps) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (wanted) field.current?.focus();
  }, [wanted]);
  return (
    <input
      ref={field}
      type="text"
      className={needed && value.trim() === "" ? "ts-note needed" : "ts-note"}
      aria-label={label}
      placeholder={label}
      maxLength={2000}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      onKeyDown={(event) => {
        if (
          (event.key !== "Enter" && event.key !== "Escape") ||
          event.nativeEvent.isComposing ||
          event.ctrlKey
        )
          return;
        event.preventDefault();
        event.stopPropagation();
        event.currentTarget.blur();
      }}
    />
  );
}

interface RegionFieldsProps {
  region: Region | null;
  width: number;
  height: number;
  onChange: (region: Region | null) => void;
}

/** A box or point in image pixels, for people who place it by number; a polygon can be dropped here, not typed. */
function RegionFields({ region, width, height, onChange }: RegionFieldsProps) {
  if (region === null) {
    return (
      <button
        type="button"
        className="button quiet small"
        onClick={() =>
          onChange({
            shape: "box",
            points: [
              [0.375, 0.375],
              [0.625, 0.625],
            ],
          })
        }
      >
        Place a box by numbers
      </button>
    );
  }
  const box = bounds(region);
  const px = [
    Math.round(box.x0 * width),
    Math.round(box.y0 * height),
    Math.round(box.x1 * width),
    Math.round(box.y1 * height),
  ];
  const names = region.shape === "point" ? ["x", "y"] : ["left", "top", "right", "bottom"];
  const change = (index: number, value: number) => {
    if (Number.isNaN(value)) return;
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = px.map((old, place) => (place === index ? value : old));
    const at = (x: number, y: number) =>
      [Math.min(Math.max(x / width, 0), 1), Math.min(Math.max(y / height, 0), 1)] as const;
    if (region.shape === "point") onChange({ shape: "point", points: [at(x0, y0)] });
    else
      onChange({
        shape: "box",
        points: [at(Math.min(x0, x1), Math.min(y0, y1)), at(Math.max(x0, x1), Math.max(y0, y1))],
      });
  };
  return (
    <details className="ts-region">
      <summary>
        {region.shape} {region.shape === "polygon" ? `of ${region.points.length} corners` : "in numbers"}
      </summary>
      {region.shape !== "polygon" &&
        names.map((name, index) => (
          <label key={name}>
            {name}
            <input
              type="number"
              min={0}
              max={index % 2 === 0 ? width : height}
              value={px[index]}
              onChange={(event) => change(index, event.target.valueAsNumber)}
            />
          </label>
        ))}
      <button type="button" className="button quiet small" onClick={() => onChange(null)}>
        Drop the region
      </button>
    </details>
  );
}
