import { Button } from "../ui/Button";
import { Panel } from "../ui/Panel";
import { Checkbox, SelectField, TextField } from "../ui/fields";
import { held, withMember, type Group } from "./held";
import type { PanelProps } from "./panels";
import { Rows, choicesOf } from "./Rows";

/** Cases in which a defect is not annotated, and what is annotated instead. */
export function DefectExclusions({ defect, others, set, wrong }: PanelProps) {
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
        {wrong("do_not_annotate_when").error && (
          <span className="field-error">{wrong("do_not_annotate_when").error}</span>
        )}
        {cases.map((one, place) => (
          <div className="draft-case" key={place}>
            <TextField
              label={`Case ${place + 1}`}
              value={one.text}
              onChange={(text) => put(place, { ...one, text })}
              {...wrong(`do_not_annotate_when.${place}.text`)}
            />
            <SelectField
              label="Use instead"
              isOptional
              value={one.use ?? ""}
              options={[{ value: "", label: "nothing" }, ...others]}
              onChange={(use) => put(place, use ? { text: one.text, use } : { text: one.text })}
              {...wrong(`do_not_annotate_when.${place}.use`)}
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

/** How a defect stands to others. */
export function DefectRelations({ defect, others, set, wrong }: PanelProps) {
  const first = others[0]?.value;
  return (
    <Panel title="Relations">
      <Rows<NonNullable<PanelProps["defect"]["relations"]>[number]>
        name="relation"
        rows={defect.relations ?? []}
        columns={[
          { key: "type", label: "Kind", options: choicesOf(["related", "requires", "implies"]) },
          { key: "target", label: "Other defect", options: others },
          { key: "note", label: "Note", isOptional: true },
        ]}
        fresh={first ? () => ({ type: "related", target: first }) : undefined}
        empty="None: no finding of it needs or brings another."
        onChange={(relations) => set({ relations })}
        wrong={(place, key) => wrong(`relations.${place}.${key}`).error}
      />
    </Panel>
  );
}

interface MembershipProps extends PanelProps {
  onGroups: (groups: Group[]) => void;
}

/** The groups of which only one defect may be marked at a time. */
export function DefectGroups({ document, defect, onGroups }: MembershipProps) {
  const groups = held(document).exclusion_groups ?? [];
  return (
    <Panel title="Exclusion groups">
      <div className="stack">
        {groups.length === 0 && (
          <p className="muted">
            This taxonomy has no group. Groups are made under “Scales, groups and scoring”.
          </p>
        )}
        {groups.map((group) => (
          <Checkbox
            key={group.id}
            label={`${group.id}: at most one a ${group.level === "per_region" ? "region" : "picture"}`}
            hint={group.rule}
            isChecked={group.members.includes(defect.id)}
            onChange={(on) => onGroups(withMember(groups, defect.id, group.id, on))}
          />
        ))}
      </div>
    </Panel>
  );
}
