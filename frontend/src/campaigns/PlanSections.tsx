import { Checkbox, RadioGroup, Segments, SelectField, TextArea, TextField } from "../ui/fields";
import { NumberField } from "../ui/NumberField";
import { Panel } from "../ui/Panel";
import { ImageChoice } from "./ImageChoice";
import { oneStrokeProblem, withAnnotations, type Draft } from "./plan";
import type { Defect } from "./types";
import { KINDS, REGIONS, RULES } from "./words";

export interface SectionProps {
  draft: Draft;
  change: (change: Partial<Draft>) => void;
  errors: Record<string, string>;
}

export function NameSection({ draft, change, errors }: SectionProps) {
  return (
    <Panel title="Name and kind">
      <div className="stack">
        <TextField
          label="Name"
          hint="Reviewers see it. Once per project."
          maxLength={120}
          value={draft.name}
          onChange={(name) => change({ name })}
          error={errors["name"]}
        />
        <RadioGroup
          label="Kind"
          options={KINDS}
          value={draft.kind}
          onChange={(kind) => change({ kind })}
          error={errors["kind"]}
        />
        <TextArea
          label="Instructions for reviewers"
          isOptional
          isWide
          maxLength={10_000}
          value={draft.instructions}
          onChange={(instructions) => change({ instructions })}
          error={errors["instructions"]}
        />
      </div>
    </Panel>
  );
}

export function ImagesSection({ draft, change, errors, project }: SectionProps & { project: string }) {
  return (
    <Panel title="Images">
      <div className="stack">
        <ImageChoice
          project={project}
          filter={draft.filter}
          onChange={(filter) => change({ filter })}
          error={errors["images"]}
        />
        <div className="row">
          <Segments
            label="How many of them"
            options={[
              { value: "all", label: "All of these" },
              { value: "sample", label: "A random sample of these" },
            ]}
            value={draft.isSample ? "sample" : "all"}
            onChange={(value) => change({ isSample: value === "sample" })}
          />
        </div>
        {draft.isSample && (
          <div className="row plan-pair">
            <NumberField
              label="Size of the sample"
              min={1}
              max={10_000_000}
              value={draft.sample}
              onChange={(sample) => change({ sample })}
              error={errors["sample"]}
            />
            <NumberField
              label="Seed"
              hint="The same seed draws the same images."
              min={0}
              max={2_147_483_647}
              format={{ useGrouping: false }}
              value={draft.seed}
              onChange={(seed) => change({ seed })}
              error={errors["seed"]}
            />
          </div>
        )}
      </div>
    </Panel>
  );
}

export function PeopleSection({ draft, change, errors }: SectionProps) {
  const annotations = draft.annotations ?? 1;
  const rules = RULES.map((rule) => ({
    ...rule,
    isDisabled:
      (rule.value === "majority_of_3" && annotations < 3) ||
      (rule.value === "agreement_of_2" && annotations < 2),
  }));
  return (
    <Panel title="People and agreement">
      <div className="stack">
        <div className="row plan-pair">
          <NumberField
            label="Annotations per Item"
            hint="Two or more, or nobody can disagree and agreement cannot be measured."
            min={1}
            max={20}
            value={draft.annotations}
            onChange={(value) => change(withAnnotations(draft, value))}
            error={errors["annotations_per_item"]}
          />
          <NumberField
            label="Audit share"
            hint="Drawn at random beside the ranking, so that rates hold for all images."
            min={0}
            max={1}
            step={0.01}
            format={{ style: "percent" }}
            value={draft.auditShare}
            onChange={(auditShare) => change({ auditShare })}
            error={errors["audit_share"]}
          />
        </div>
        <RadioGroup
          label="What makes a gold label"
          options={rules}
          value={draft.rule}
          onChange={(rule) => change({ rule, isRuleChosen: true })}
          error={errors["consensus_rule"]}
        />
      </div>
    </Panel>
  );
}

export function WorkSection({ draft, change, errors, asked }: SectionProps & { asked: readonly Defect[] }) {
  const problem = oneStrokeProblem(asked);
  const letters = asked.map((defect) => `${defect.code.charAt(1)} ${defect.name}`).join(", ");
  return (
    <Panel title="In the workspace">
      <div className="stack">
        <div className="row plan-pair">
          <SelectField
            label="Regions"
            hint={REGIONS.find((one) => one.value === draft.regions)?.hint}
            options={REGIONS}
            value={draft.regions}
            onChange={(regions) => change({ regions })}
            error={errors["region_policy"]}
          />
          <NumberField
            label="Minutes an Item stays reserved"
            hint="Then it goes to somebody else; a late answer is kept as extra."
            min={0.5}
            max={1440}
            value={draft.leaseMinutes}
            onChange={(leaseMinutes) => change({ leaseMinutes })}
            error={errors["lease_seconds"]}
          />
        </div>
        <Checkbox
          label="Ask for a verdict of the whole image"
          hint="Accept, retouch, regenerate or reject; proposed from the worst finding."
          isChecked={draft.asksVerdict}
          onChange={(asksVerdict) => change({ asksVerdict })}
        />
        <Checkbox
          label="One-stroke keys"
          hint={
            problem && asked.length > 0
              ? `Not possible: ${problem}`
              : `The second letter alone names the defect${asked.length > 0 ? `: ${letters}` : ""}.`
          }
          isChecked={draft.isOneStroke}
          isDisabled={problem !== null && !draft.isOneStroke}
          onChange={(isOneStroke) => change({ isOneStroke })}
        />
        {errors["one_stroke_keys"] && <p className="field-error">{errors["one_stroke_keys"]}</p>}
        <TextArea
          label="Brief for all images"
          hint="Shown where an image has none of its own; lets defects be asked that need a brief."
          isOptional
          isWide
          maxLength={10_000}
          value={draft.brief}
          onChange={(brief) => change({ brief })}
          error={errors["context.brief"]}
        />
        <TextArea
          label="Brand guide"
          isOptional
          isWide
          maxLength={10_000}
          value={draft.brandGuide}
          onChange={(brandGuide) => change({ brandGuide })}
          error={errors["context.brand_guide"]}
        />
      </div>
    </Panel>
  );
}
