import { Panel } from "../ui/Panel";
import { Checkbox, SelectField } from "../ui/fields";
import type { PanelProps } from "./panels";
import type { HeldDefect } from "./held";

const CONTEXT = ["prompt", "reference_image", "brand_guide", "brief"];
const SHAPES = ["box", "point", "polygon"];
const ROUTES = ["legal", "brand", "safety"];

/** Where a defect is marked, and what must be on the screen. */
export function DefectScope({ defect, set, wrong }: PanelProps) {
  const problem = wrong("scope").error ?? wrong("context").error;
  return (
    <Panel title="Where it is marked, and what must be on the screen">
      <div className="form">
        <SelectField
          label="Marked on"
          value={defect.scope.level}
          options={[
            { value: "image", label: "the whole image" },
            { value: "region", label: "a region" },
          ]}
          onChange={(level) => set({ scope: level === "image" ? { level } : { level, shapes: ["box"] } })}
          {...(problem && { error: problem })}
        />
        {defect.scope.level === "region" && (
          <Choices
            label="Shapes"
            all={SHAPES}
            chosen={defect.scope.shapes ?? []}
            onChange={(shapes) => set({ scope: { ...defect.scope, shapes } })}
          />
        )}
        {defect.scope.level === "region" && (
          <Checkbox
            label="A region is needed"
            isChecked={defect.scope.required ?? false}
            onChange={(required) => set({ scope: { ...defect.scope, required } })}
          />
        )}
        <Choices
          label="Context needed to judge"
          all={CONTEXT}
          chosen={defect.context ?? []}
          onChange={(context) => set({ context })}
        />
      </div>
    </Panel>
  );
}

/** What one finding brings about besides its level. */
export function DefectConsequences({ defect, set, wrong }: PanelProps) {
  const flags: { key: "veto" | "not_ratable" | "comment_required"; label: string; hint: string }[] = [
    { key: "veto", label: "One finding rejects the picture", hint: "Every level says reject; no context." },
    {
      key: "not_ratable",
      label: "A finding makes ratings not applicable",
      hint: "Only on a scale of one level.",
    },
    {
      key: "comment_required",
      label: "A finding needs a note",
      hint: defect.catch_all ? "Always, for the catch-all of a dimension." : "",
    },
  ];
  return (
    <Panel title="What a finding brings about">
      <div className="stack">
        {flags.map(({ key, label, hint }) => (
          <div key={key}>
            <Checkbox
              label={label}
              hint={hint}
              isChecked={defect[key] ?? false}
              isDisabled={key === "comment_required" && defect.catch_all === true}
              onChange={(on) => set({ [key]: on })}
            />
            {wrong(key).error && <span className="field-error">{wrong(key).error}</span>}
          </div>
        ))}
        <Checkbox
          label="This is the catch-all of its dimension"
          hint="For what no other defect names. Needs a note with each finding."
          isChecked={defect.catch_all ?? false}
          onChange={(on) => set(on ? { catch_all: true, comment_required: true } : { catch_all: false })}
        />
        <SelectField
          label="Also sent to"
          isOptional
          value={defect.route ?? ""}
          options={[
            { value: "", label: "nobody" },
            ...ROUTES.map((one) => ({ value: one, label: `the ${one} desk` })),
          ]}
          onChange={(route) => set({ route })}
          {...wrong("route")}
        />
      </div>
    </Panel>
  );
}

export function Choices(props: {
  label: string;
  all: readonly string[];
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
}) {
  const { label, all, chosen, onChange } = props;
  return (
    <fieldset className="field">
      <legend>{label}</legend>
      {all.map((one) => (
        <Checkbox
          key={one}
          label={one.replaceAll("_", " ")}
          isChecked={chosen.includes(one)}
          onChange={(on) => onChange(all.filter((other) => (other === one ? on : chosen.includes(other))))}
        />
      ))}
    </fieldset>
  );
}

/** Facts that operations and publishing decide: shown, not edited. */
export function DefectHistory({ defect }: { defect: HeldDefect }) {
  const gone = defect.deprecation;
  const list = (values: readonly string[] | undefined) => values?.join(", ");
  const facts = [
    ["Status", defect.status],
    ["Since", defect.since],
    ["Meaning since", defect.meaning_since ?? defect.since],
    ["Derived from", list(defect.derived_from)],
    ["Deprecated in", gone?.in],
    ["Reason", gone?.reason],
    ["Replaced by", list(gone?.replaced_by)],
    ["Consider instead", list(gone?.consider)],
  ].filter((fact): fact is [string, string] => Boolean(fact[1]));
  return (
    <Panel title="History">
      <dl className="draft-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt className="muted">{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
