import { useEffect, useId, useRef } from "react";
import { bounds } from "../canvas/geometry";
import type { Region } from "../canvas/geometry";
import { anchorOf, levelsByKey, scaleOf } from "./catalogue";
import type { Catalogue } from "./catalogue";
import { asksRegion } from "./rules";
import type { Edit, Open } from "./session";
import type { Defect } from "./types";
import type { WorkFinding } from "./work";

interface FindingEditorProps {
  book: Catalogue;
  open: Open;
  defect: Defect;
  finding: WorkFinding;
  /** The note is all that is missing: its field takes the keys. */
  wantsNote: boolean;
  onEdit: (edit: Edit) => void;
}

/** Level, kind, certainty, note and place of the chosen finding: all that keys and pointer do, as controls. */
export function FindingEditor({ book, open, defect, finding, wantsNote, onEdit }: FindingEditorProps) {
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
function NoteField({ label, value, needed, wanted, onChange }: NoteFieldProps) {
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
