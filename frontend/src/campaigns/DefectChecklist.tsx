import { useState } from "react";
import { Badge, Notice } from "../ui/Badge";
import { Button } from "../ui/Button";
import { TextField } from "../ui/fields";
import { plural } from "../ui/format";
import { activeDefects, MANY_DEFECTS, matches } from "./plan";
import type { Defect, Dimension, Version } from "./types";

interface DefectChecklistProps {
  version: Version;
  chosen: readonly string[];
  onChange: (chosen: readonly string[]) => void;
  error?: string | undefined;
}

/** Which defects are asked, by dimension, in the order of the version. */
export function DefectChecklist({ version, chosen, onChange, error }: DefectChecklistProps) {
  const [wanted, setWanted] = useState("");
  const all = activeDefects(version);
  const asked = new Set(chosen);
  const set = (next: ReadonlySet<string>) =>
    onChange(all.filter((defect) => next.has(defect.id)).map((defect) => defect.id));
  const toggle = (id: string) => {
    const next = new Set(asked);
    if (!next.delete(id)) next.add(id);
    set(next);
  };
  const shown = version.dimensions
    .map((dimension) => ({ dimension, defects: shownOf(dimension, wanted) }))
    .filter(({ defects }) => defects.length > 0);
  return (
    <div className="stack tight">
      <div className="row between">
        <p aria-live="polite">
          <strong>{plural(asked.size, "defect")}</strong> of {all.length} asked
        </p>
        <div className="row">
          <Button small onClick={() => set(new Set(all.map((defect) => defect.id)))}>
            Ask all
          </Button>
          <Button small disabled={asked.size === 0} onClick={() => onChange([])}>
            Ask none
          </Button>
        </div>
      </div>
      {asked.size > MANY_DEFECTS && (
        <Notice tone="warn" title={`${asked.size} defects at once are many`}>
          Beyond about {MANY_DEFECTS} people miss more and slow down. Ask fewer, or make several campaigns
          over one dimension each.
        </Notice>
      )}
      {error && <p className="field-error">{error}</p>}
      <TextField
        label="Find a defect"
        type="search"
        required={false}
        placeholder="Name, letters or another name"
        value={wanted}
        onChange={setWanted}
      />
      <div className="defect-list">
        {shown.map(({ dimension, defects }) => (
          <DimensionPart
            key={dimension.id}
            dimension={dimension}
            defects={defects}
            asked={asked}
            onToggle={toggle}
            onAll={(isOn) => {
              const next = new Set(asked);
              for (const { id } of shownOf(dimension, ""))
                if (isOn) next.add(id);
                else next.delete(id);
              set(next);
            }}
          />
        ))}
        {shown.length === 0 && <p className="muted">No defect of this version has that name or letters.</p>}
      </div>
    </div>
  );
}

function shownOf(dimension: Dimension, wanted: string): Defect[] {
  return dimension.defects.filter((defect) => defect.status === "active" && matches(defect, wanted));
}

interface DimensionPartProps {
  dimension: Dimension;
  defects: readonly Defect[];
  asked: ReadonlySet<string>;
  onToggle: (id: string) => void;
  onAll: (isOn: boolean) => void;
}

function DimensionPart({ dimension, defects, asked, onToggle, onAll }: DimensionPartProps) {
  const every = shownOf(dimension, "");
  const count = every.filter((defect) => asked.has(defect.id)).length;
  const isFull = count === every.length;
  return (
    <fieldset className="defect-group">
      <legend>
        {dimension.name}{" "}
        <span className="muted">
          {count} of {every.length}
        </span>
      </legend>
      <Button small kind="quiet" onClick={() => onAll(!isFull)}>
        {isFull ? `None of ${dimension.name}` : `All of ${dimension.name}`}
      </Button>
      {defects.map((defect) => (
        <label key={defect.id} className="choice defect-choice">
          <input type="checkbox" checked={asked.has(defect.id)} onChange={() => onToggle(defect.id)} />
          <span>
            <kbd>{defect.code}</kbd> {defect.name} <Needs defect={defect} />
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function Needs({ defect }: { defect: Defect }) {
  return (
    <>
      {defect.context.map((kind) => (
        <Badge key={kind}>needs {kind.replaceAll("_", " ")}</Badge>
      ))}
    </>
  );
}
