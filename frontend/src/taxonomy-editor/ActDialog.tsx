import { useState } from "react";
import { Button } from "../ui/Button";
import { ComboField } from "../ui/ComboField";
import { Dialog } from "../ui/Dialog";
import { SelectField, TextArea, TextField } from "../ui/fields";
import { Notice } from "../ui/Badge";
import { visible } from "../taxonomy/visible";
import {
  addDefect,
  defectsOf,
  deprecate,
  dimensionOf,
  findDefect,
  merge,
  moveDefect,
  remove,
  split,
  type Known,
  type Work,
} from "./document";

export type Act = "add" | "move" | "deprecate" | "merge" | "split" | "remove";
const LEAST_WHY = 8;

const TITLES: Record<Act, string> = {
  add: "Add a defect",
  move: "Move to…",
  deprecate: "Deprecate",
  merge: "Merge into another",
  split: "Split in two",
  remove: "Remove",
};
const FATES: Record<Act, string> = {
  add: "Findings stay. On images that were judged before, the new defect is not assessed.",
  move: "Findings stay. A defect of another dimension takes a code that begins with its letter.",
  deprecate: "Findings stay readable; no new ones are made.",
  merge: "Findings become findings of the other defect; its own id and code are never given again.",
  split: "Each finding goes to a person, who says which of the two it is.",
  remove: "Findings are archived: kept, but no longer counted.",
};

interface ActDialogProps {
  act: Act;
  work: Work;
  defect: string | null;
  known: Known;
  onClose: () => void;
  onDone: (work: Work, select: string | null) => void;
}

/** The small form of an act that is more than writing: it says what becomes of findings and asks why. */
export function ActDialog({ act, work, defect, known, onClose, onDone }: ActDialogProps) {
  const { document } = work;
  const about = defect ? findDefect(document, defect) : undefined;
  const home = (defect && dimensionOf(document, defect)) || document.dimensions[0];
  const [name, setName] = useState("");
  const [second, setSecond] = useState("");
  const [why, setWhy] = useState("");
  const [dimension, setDimension] = useState(home?.id ?? "");
  const [other, setOther] = useState<string | null>(null);
  const options = defectsOf(document)
    .filter((one) => one.id !== defect || act === "add")
    .map((one) => ({ value: one.id, label: `${one.code} ${visible(one.name)}` }));
  const missing =
    (act !== "move" && why.trim().length < LEAST_WHY && "Say why, in at least 8 characters.") ||
    ((act === "add" || act === "split") && !name.trim() && "Give it a name.") ||
    (act === "split" && !second.trim() && "Name the second part.") ||
    (act === "merge" && !other && "Choose the defect that takes the findings.") ||
    "";
  const done = () => {
    const said = why.trim();
    const id = defect ?? "";
    if (act === "add") {
      const made = addDefect(work, known, { dimension, name: name.trim(), why: said, carved: other });
      onDone({ document: made.document, operations: made.operations }, made.id);
    } else if (act === "move") {
      onDone({ ...work, document: moveDefect(document, id, { dimension, before: null }, known) }, id);
    } else if (act === "deprecate") {
      onDone(deprecate(work, id, { why: said, consider: other }), id);
    } else if (act === "merge") {
      onDone(merge(work, id, { into: other ?? "", why: said }), other);
    } else if (act === "split") {
      onDone(split(work, known, id, { names: [name.trim(), second.trim()], why: said }), null);
    } else {
      onDone(remove(work, id, said), null);
    }
  };
  return (
    <Dialog
      isOpen
      isKept
      title={about && act !== "add" ? `${TITLES[act]}: ${about.code} ${visible(about.name)}` : TITLES[act]}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind={act === "remove" ? "danger" : "primary"} disabled={missing !== ""} onClick={done}>
            {TITLES[act].replace("…", "")}
          </Button>
        </>
      }
    >
      <div className="form">
        <Notice>{FATES[act]}</Notice>
        {(act === "add" || act === "move") && (
          <SelectField
            label="Dimension"
            value={dimension}
            onChange={setDimension}
            options={document.dimensions.map((one) => ({
              value: one.id,
              label: `${one.code} ${visible(one.name)}`,
            }))}
          />
        )}
        {(act === "add" || act === "split") && (
          <TextField label={act === "add" ? "Name" : "First part"} value={name} onChange={setName} />
        )}
        {act === "split" && <TextField label="Second part" value={second} onChange={setSecond} />}
        {act === "merge" && <ComboField label="Into" options={options} value={other} onChange={setOther} />}
        {(act === "add" || act === "deprecate") && (
          <ComboField
            label={act === "add" ? "Was covered until now by" : "Look at instead"}
            isOptional
            options={options}
            value={other}
            onChange={setOther}
          />
        )}
        {act !== "move" && <TextArea label="Why" rows={2} value={why} onChange={setWhy} />}
        {missing && <p className="hint">{missing}</p>}
      </div>
    </Dialog>
  );
}
