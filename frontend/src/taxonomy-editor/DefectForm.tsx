import { Button } from "../ui/Button";
import { Panel } from "../ui/Panel";
import { Checkbox, SelectField, TextArea, TextField, type Option } from "../ui/fields";
import { visible } from "../taxonomy/visible";
import {
  codeClash,
  defectsOf,
  withDefect,
  type FileDefect,
  type FileDocument,
  type FileLevel,
} from "./document";
import { ExamplesForm } from "./ExamplesForm";

const CONTEXT = ["prompt", "reference_image", "brand_guide", "brief"];
const SHAPES = ["box", "point", "polygon"];
const ACTIONS = ["accept", "retouch", "regenerate", "reject"];
const RELATIONS = ["related", "requires", "implies"];

interface DefectFormProps {
  document: FileDocument;
  defect: FileDefect;
  used: Record<string, string>;
  problems: ReadonlyMap<string, string>;
  onChange: (document: FileDocument) => void;
}

/** Everything that is decided about one defect. Each change is a change of the draft at once. */
export function DefectForm({ document, defect, used, problems, onChange }: DefectFormProps) {
  const set = (values: Partial<FileDefect>) =>
    onChange(withDefect(document, defect.id, (one) => without({ ...one, ...values })));
  const others = defectsOf(document)
    .filter((one) => one.id !== defect.id)
    .map((one) => ({ value: one.id, label: `${one.code} ${visible(one.name)}` }));
  const wrong = (field: string) => {
    const message = problems.get(field);
    return message ? { error: message } : {};
  };
  const clash = codeClash(document, defect.id, defect.code, used);
  return (
    <div className="stack loose">
      <Panel
        title={`${defect.code} ${visible(defect.name)}`}
        aside={<span className="muted">{defect.id}</span>}
      >
        <div className="form">
          <TextField label="Name" value={defect.name} onChange={(name) => set({ name })} {...wrong("name")} />
          <TextField
            label="Code"
            hint="The two letters that reviewers type."
            maxLength={2}
            value={defect.code}
            onChange={(code) => set(recoded(defect, code.toUpperCase()))}
            {...(clash ? { error: clash } : wrong("code"))}
          />
          <TextArea
            label="Definition"
            isWide
            rows={3}
            value={defect.definition}
            onChange={(definition) => set({ definition })}
            {...wrong("definition")}
          />
          <Lines
            label="Annotate when (any one suffices)"
            values={defect.annotate_when}
            onChange={(annotate_when) => set({ annotate_when })}
            {...wrong("annotate_when")}
          />
          <TextField
            label="Other names"
            hint="With commas between."
            isOptional
            isWide
            value={(defect.aliases ?? []).join(", ")}
            onChange={(text) => set({ aliases: text.split(/,\s?/).map((one) => one.trimStart()) })}
            onBlur={() => set({ aliases: (defect.aliases ?? []).map((one) => one.trim()).filter(Boolean) })}
          />
        </div>
      </Panel>
      <Exclusions defect={defect} others={others} set={set} />
      <Levels document={document} defect={defect} set={set} />
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
      <Relations defect={defect} others={others} set={set} />
      <ExamplesForm defect={defect} onChange={(examples) => set({ examples })} />
    </div>
  );
}

type Set = (values: Partial<FileDefect>) => void;

function recoded(defect: FileDefect, code: string): Partial<FileDefect> {
  const subs = defect.sub_defects?.map((sub) => ({ ...sub, code: code + sub.code.slice(2) }));
  return { code, ...(subs && { sub_defects: subs }) };
}

/** Keys that say nothing are left out, as in a file. */
function without(defect: FileDefect): FileDefect {
  const empty = (value: unknown) => Array.isArray(value) && value.length === 0;
  const optional = new Set(["aliases", "context", "relations"]);
  return Object.fromEntries(
    Object.entries(defect).filter(([key, value]) => !(optional.has(key) && empty(value))),
  ) as unknown as FileDefect;
}

function Lines(props: {
  label: string;
  values: string[];
  onChange: (values: string[]) => void;
  error?: string;
}) {
  const { label, values, onChange, error } = props;
  return (
    <TextArea
      label={label}
      hint="One a line."
      isWide
      rows={Math.max(3, values.length + 1)}
      value={values.join("\n")}
      onChange={(text) => onChange(text.split("\n"))}
      onBlur={() => onChange(values.filter((one) => one.trim()))}
      {...(error && { error })}
    />
  );
}

function Choices(props: {
  label: string;
  all: string[];
  chosen: string[];
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

function Exclusions({ defect, others, set }: { defect: FileDefect; others: Option[]; set: Set }) {
  const cases = defect.do_not_annotate_when;
  const put = (place: number, value: { text: string; use?: string }) =>
    set({ do_not_annotate_when: cases.map((one, n) => (n === place ? value : one)) });
  return (
    <Panel
      title="Do not annotate when"
      aside={
        <Button small onClick={() => set({ do_not_annotate_when: [...cases, { text: "" }] })}>
          Add a case
        </Button>
      }
    >
      <div className="stack">
        {cases.map((one, place) => (
          <div className="draft-case" key={place}>
            <TextField
              label={`Case ${place + 1}`}
              value={one.text}
              onChange={(text) => put(place, { ...one, text })}
            />
            <SelectField
              label="Use instead"
              isOptional
              value={one.use ?? ""}
              options={[{ value: "", label: "nothing" }, ...others]}
              onChange={(use) => put(place, use ? { text: one.text, use } : { text: one.text })}
            />
            <Button
              small
              kind="quiet"
              aria-label={`Remove case ${place + 1}`}
              onClick={() => set({ do_not_annotate_when: cases.filter((_, n) => n !== place) })}
            >
              Remove
            </Button>
          </div>
        ))}
      </div>
    </Panel>
  );
}

function Levels({ document, defect, set }: { document: FileDocument; defect: FileDefect; set: Set }) {
  const scale = document.severity_scales.find((one) => one.id === defect.scale);
  const put = (key: string, values: Partial<FileLevel>) => {
    const before = defect.severity[key] ?? { rule: "", penalty: 0 };
    const { action, ...next } = { ...before, ...values };
    set({ severity: { ...defect.severity, [key]: action ? { ...next, action } : next } });
  };
  return (
    <Panel title="Levels">
      <div className="stack">
        <SelectField
          label="Scale"
          value={defect.scale}
          options={document.severity_scales.map((one) => ({ value: one.id, label: visible(one.name) }))}
          onChange={(id) => set({ scale: id, severity: severityFor(document, defect, id) })}
        />
        {scale?.levels.map((level) => (
          <div className="draft-level" key={level.key}>
            <TextArea
              label={`Rule for ${visible(level.name)}`}
              hint={level.general_rule}
              rows={2}
              value={defect.severity[level.key]?.rule ?? ""}
              onChange={(rule) => put(level.key, { rule })}
            />
            <TextField
              label={`Points of ${visible(level.name)}`}
              type="number"
              min={0}
              step={0.25}
              value={String(defect.severity[level.key]?.penalty ?? 0)}
              onChange={(points) => put(level.key, { penalty: Math.max(0, Number(points) || 0) })}
            />
            <SelectField
              label={`Action of ${visible(level.name)}`}
              value={defect.severity[level.key]?.action ?? ""}
              options={[
                { value: "", label: `${level.action} (of the scale)` },
                ...ACTIONS.filter((one) => one !== level.action).map((one) => ({ value: one, label: one })),
              ]}
              onChange={(action) => put(level.key, { action })}
            />
          </div>
        ))}
      </div>
    </Panel>
  );
}

function severityFor(document: FileDocument, defect: FileDefect, id: string): Record<string, FileLevel> {
  const levels = document.severity_scales.find((one) => one.id === id)?.levels ?? [];
  return Object.fromEntries(
    levels.map((level, rank) => [
      level.key,
      defect.severity[level.key] ?? { rule: level.general_rule, penalty: rank },
    ]),
  );
}

function Relations({ defect, others, set }: { defect: FileDefect; others: Option[]; set: Set }) {
  const relations = defect.relations ?? [];
  const first = others[0]?.value;
  return (
    <Panel
      title="Relations"
      aside={
        first && (
          <Button
            small
            onClick={() => set({ relations: [...relations, { type: "related", target: first }] })}
          >
            Add a relation
          </Button>
        )
      }
    >
      <div className="stack">
        {relations.length === 0 && <p className="muted">None.</p>}
        {relations.map((one, place) => (
          <div className="draft-case" key={place}>
            <SelectField
              label={`Relation ${place + 1}`}
              value={one.type}
              options={RELATIONS.map((type) => ({ value: type, label: type }))}
              onChange={(type) =>
                set({ relations: relations.map((r, n) => (n === place ? { ...r, type } : r)) })
              }
            />
            <SelectField
              label="Defect"
              value={one.target}
              options={others}
              onChange={(target) =>
                set({ relations: relations.map((r, n) => (n === place ? { ...r, target } : r)) })
              }
            />
            <Button
              small
              kind="quiet"
              aria-label={`Remove relation ${place + 1}`}
              onClick={() => set({ relations: relations.filter((_, n) => n !== place) })}
            >
              Remove
            </Button>
          </div>
        ))}
      </div>
    </Panel>
  );
}
