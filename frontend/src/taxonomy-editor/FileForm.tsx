import { Button } from "../ui/Button";
import { Panel } from "../ui/Panel";
import { SelectField, TextArea, TextField } from "../ui/fields";
import { visible } from "../taxonomy/visible";
import { Choices } from "./DefectScope";
import { defectsOf, type FileDocument } from "./document";
import { FileScales } from "./FileScales";
import {
  held,
  lengthHint,
  nextGroup,
  said,
  withFrame,
  withMember,
  type Group,
  type HeldDocument,
  type Kpi,
  type Quality,
  type Source,
} from "./held";
import { choicesOf, Rows } from "./Rows";

interface FileFormProps {
  document: FileDocument;
  /** What the server found, by path in the document. */
  problems: ReadonlyMap<string, string>;
  onChange: (document: FileDocument) => void;
}

type Meta = HeldDocument["taxonomy"];
type Wrong = (field: string) => { error?: string };

/** Everything that a taxonomy file holds besides its dimensions. */
export function FileForm({ document, problems, onChange }: FileFormProps) {
  const file = held(document);
  const set = (values: Partial<HeldDocument>) => onChange(withFrame(document, values));
  const wrong: Wrong = (field) => {
    const message = problems.get(field);
    return message ? { error: message } : {};
  };
  const defects = defectsOf(document);
  return (
    <div className="stack loose">
      <About meta={file.taxonomy} wrong={wrong} onChange={(taxonomy) => set({ taxonomy })} />
      <ScoringPanel meta={file.taxonomy} wrong={wrong} onChange={(taxonomy) => set({ taxonomy })} />
      <FileScales
        scales={file.severity_scales}
        used={new Set(defects.map((one) => one.scale))}
        wrong={wrong}
        onChange={(severity_scales) => set({ severity_scales })}
      />
      <Groups
        groups={file.exclusion_groups ?? []}
        names={defects.map((one) => ({ value: one.id, label: `${one.code} ${visible(one.name)}` }))}
        wrong={wrong}
        onChange={(exclusion_groups) => set({ exclusion_groups })}
      />
      <Panel title="Quality model">
        <Rows<Quality>
          name="characteristic"
          rows={file.quality_model}
          columns={[
            { key: "id", label: "Id" },
            { key: "name", label: "Name" },
            { key: "iso25010_analogue", label: "ISO 25010 analogue" },
            { key: "note", label: "Note", isOptional: true },
          ]}
          fresh={() => ({ id: `quality-${file.quality_model.length + 1}`, name: "", iso25010_analogue: "" })}
          onChange={(quality_model) => set({ quality_model })}
          wrong={(place, key) => wrong(`quality_model.${place}.${key}`).error}
        />
      </Panel>
      <Panel title="KPIs">
        <Rows<Kpi>
          name="KPI"
          rows={file.kpis ?? []}
          columns={[
            { key: "id", label: "Id" },
            { key: "name", label: "Name" },
            { key: "unit", label: "Unit" },
            {
              key: "direction",
              label: "Direction",
              options: choicesOf(["lower_is_better", "higher_is_better"]),
            },
            { key: "description", label: "Description", isLong: true, isOptional: true },
          ]}
          fresh={() => ({
            id: `kpi-${(file.kpis ?? []).length + 1}`,
            name: "",
            direction: "lower_is_better",
            unit: "",
          })}
          empty="None named."
          onChange={(kpis) => set({ kpis })}
          wrong={(place, key) => wrong(`kpis.${place}.${key}`).error}
        />
      </Panel>
    </div>
  );
}

interface MetaProps {
  meta: Meta;
  wrong: Wrong;
  onChange: (meta: Meta) => void;
}

function About({ meta, wrong, onChange }: MetaProps) {
  const set = (values: Partial<Meta>) =>
    onChange(said({ ...meta, ...values }, ["languages", "license", "media", "sources"]));
  return (
    <Panel title="The taxonomy" aside={<span className="muted">{meta.slug}</span>}>
      <div className="stack">
        <div className="form">
          <TextField
            label="Title"
            value={meta.title}
            onChange={(title) => set({ title })}
            {...wrong("taxonomy.title")}
          />
          <TextField
            label="Licence"
            isOptional
            value={meta.license ?? ""}
            onChange={(license) => set({ license })}
            {...wrong("taxonomy.license")}
          />
          <TextArea
            label="Summary"
            isWide
            rows={3}
            hint={lengthHint(meta.summary, 20)}
            value={meta.summary}
            onChange={(summary) => set({ summary })}
            {...wrong("taxonomy.summary")}
          />
          <TextField
            label="Main language"
            hint="Two letters, such as en."
            maxLength={5}
            value={meta.default_language}
            onChange={(default_language) => set({ default_language })}
            {...wrong("taxonomy.default_language")}
          />
          <TextField
            label="All languages"
            hint="With commas between."
            isOptional
            value={(meta.languages ?? []).join(", ")}
            onChange={(text) =>
              set({ languages: text === "" ? [] : text.split(/,\s?/).map((one) => one.trim()) })
            }
            {...wrong("taxonomy.languages")}
          />
          <Choices
            label="Media"
            all={["image", "video"]}
            chosen={meta.media ?? []}
            onChange={(media) => set({ media })}
          />
        </div>
        <Rows<Source>
          name="source"
          rows={meta.sources ?? []}
          columns={[
            { key: "title", label: "Title" },
            { key: "url", label: "Address" },
            { key: "used_for", label: "Used for", isOptional: true },
          ]}
          fresh={() => ({ title: "", url: "" })}
          onChange={(sources) => set({ sources })}
          wrong={(place, key) => wrong(`taxonomy.sources.${place}.${key}`).error}
        />
      </div>
    </Panel>
  );
}

function ScoringPanel({ meta, wrong, onChange }: MetaProps) {
  const { scoring } = meta;
  const set = (values: Partial<Meta["scoring"]>) => onChange({ ...meta, scoring: { ...scoring, ...values } });
  const number = (key: "base" | "floor", label: string) => (
    <TextField
      label={label}
      type="number"
      value={String(scoring[key])}
      onChange={(text) => set({ [key]: Number(text) || 0 })}
      {...wrong(`taxonomy.scoring.${key}`)}
    />
  );
  return (
    <Panel
      title="Scoring"
      aside={<span className="muted">For the trend only; the verdict is the worst action.</span>}
    >
      <div className="form">
        {number("base", "Points of a picture without findings")}
        {number("floor", "Fewest points")}
        <SelectField
          label="Several findings of one defect"
          value={scoring.per_defect}
          options={choicesOf(["max", "sum", "max_plus_half"])}
          onChange={(per_defect) => set({ per_defect })}
          {...wrong("taxonomy.scoring.per_defect")}
        />
        <TextField
          label="Most points that one dimension takes"
          type="number"
          min={0}
          isOptional
          value={scoring.dimension_cap == null ? "" : String(scoring.dimension_cap)}
          onChange={(text) => set({ dimension_cap: text === "" ? null : Number(text) })}
          {...wrong("taxonomy.scoring.dimension_cap")}
        />
      </div>
    </Panel>
  );
}

interface GroupsProps {
  groups: Group[];
  names: { value: string; label: string }[];
  wrong: Wrong;
  onChange: (groups: Group[]) => void;
}

/** Groups of which one region, or one picture, has at most one defect. */
function Groups({ groups, names, wrong, onChange }: GroupsProps) {
  const [first, second] = names;
  const put = (place: number, values: Partial<Group>) =>
    onChange(groups.map((one, n) => (n === place ? { ...one, ...values } : one)));
  return (
    <Panel title="Exclusion groups">
      <div className="stack">
        {groups.map((group, place) => (
          <div className="stack tight" key={group.id} role="group" aria-label={group.id}>
            <div className="draft-fields">
              <SelectField
                label={`At most one of ${group.id}`}
                value={group.level}
                options={[
                  { value: "per_region", label: "in a region" },
                  { value: "per_image", label: "in a picture" },
                ]}
                onChange={(level) => put(place, { level })}
              />
              <TextField
                label={`Rule of ${group.id}`}
                hint={lengthHint(group.rule, 10)}
                value={group.rule}
                onChange={(rule) => put(place, { rule })}
                {...wrong(`exclusion_groups.${place}.rule`)}
              />
              <SelectField
                label={`Add to ${group.id}`}
                isOptional
                value=""
                options={[
                  { value: "", label: "choose a defect" },
                  ...names.filter((one) => !group.members.includes(one.value)),
                ]}
                onChange={(id) => id && onChange(withMember(groups, id, group.id, true))}
                {...wrong(`exclusion_groups.${place}.members`)}
              />
              <Button
                small
                kind="quiet"
                aria-label={`Remove group ${group.id}`}
                onClick={() => onChange(groups.filter((_, n) => n !== place))}
              >
                Remove
              </Button>
            </div>
            <div className="row">
              {group.members.map((member) => {
                const name = names.find((one) => one.value === member)?.label ?? member;
                return (
                  <Button
                    key={member}
                    small
                    kind="quiet"
                    disabled={group.members.length < 3}
                    aria-label={`${name} ✕, take it out of ${group.id}`}
                    onClick={() => onChange(withMember(groups, member, group.id, false))}
                  >
                    {name} ✕
                  </Button>
                );
              })}
            </div>
          </div>
        ))}
        {first && second && (
          <div>
            <Button
              small
              onClick={() =>
                onChange([
                  ...groups,
                  {
                    id: nextGroup(groups),
                    level: "per_region",
                    members: [first.value, second.value],
                    rule: "To be written: why only one of them.",
                  },
                ])
              }
            >
              Add a group
            </Button>
          </div>
        )}
      </div>
    </Panel>
  );
}
