import { Panel } from "../ui/Panel";
import { Checkbox, SelectField } from "../ui/fields";
import { visible } from "../taxonomy/visible";
import { held, type Cause, type Translations } from "./held";
import type { PanelProps } from "./panels";
import { Rows, choicesOf } from "./Rows";

const COMPONENTS = [
  "prompt",
  "text_encoder",
  "denoiser",
  "sampler",
  "guidance",
  "vae_decoder",
  "upscaler",
  "lora",
  "conditioning",
  "inpainting",
  "postprocess",
  "training_data",
  "safety_filter",
];

/** What a defect says about quality, and which numbers it moves. */
export function DefectQuality({ document, defect, set, wrong }: PanelProps) {
  const { quality_model, kpis = [] } = held(document);
  const chosen = defect.kpis ?? [];
  return (
    <Panel title="Quality and KPIs">
      <div className="form">
        <SelectField
          label="Quality characteristic"
          value={defect.quality}
          options={quality_model.map((one) => ({
            value: one.id,
            label: `${visible(one.name)} (${visible(one.iso25010_analogue)})`,
          }))}
          onChange={(quality) => set({ quality })}
          {...wrong("quality")}
        />
        <fieldset className="field">
          <legend>KPIs that it moves</legend>
          {kpis.length === 0 && <span className="muted">This taxonomy names no KPI.</span>}
          {kpis.map((kpi) => (
            <Checkbox
              key={kpi.id}
              label={visible(kpi.name)}
              isChecked={chosen.includes(kpi.id)}
              onChange={(on) =>
                set({ kpis: on ? [...chosen, kpi.id] : chosen.filter((other) => other !== kpi.id) })
              }
            />
          ))}
        </fieldset>
      </div>
    </Panel>
  );
}

/** What may have brought a defect about, and how to find out. */
export function DefectCauses({ defect, set, wrong }: PanelProps) {
  return (
    <Panel title="Likely causes">
      <Rows<Cause>
        name="cause"
        rows={defect.causes ?? []}
        columns={[
          { key: "component", label: "Component", options: choicesOf(COMPONENTS) },
          { key: "confidence", label: "Confidence", options: choicesOf(["low", "medium", "high"]) },
          { key: "check", label: "How to check", isOptional: true },
        ]}
        fresh={() => ({ component: "denoiser", confidence: "low" })}
        empty="None named."
        onChange={(causes) => set({ causes })}
        wrong={(place, key) => wrong(`causes.${place}.${key}`).error}
      />
    </Panel>
  );
}

interface Translated {
  language: string;
  name: string;
  definition?: string;
}

export function rowsOfTranslations(translations: Translations | undefined): Translated[] {
  return Object.entries(translations ?? {}).map(([language, one]) => ({ language, ...one }));
}

export function translationsOf(rows: readonly Translated[]): Translations {
  return Object.fromEntries(rows.map(({ language, ...one }) => [language, one]));
}

/** Name and definition in the other languages of the taxonomy. */
export function DefectTranslations({ document, defect, set, wrong }: PanelProps) {
  const { default_language, languages = [] } = held(document).taxonomy;
  const rows = rowsOfTranslations(defect.translations);
  const free = languages.filter(
    (one) => one !== default_language && !rows.some((row) => row.language === one),
  );
  const next = free[0];
  return (
    <Panel title="Translations">
      <Rows<Translated>
        name="translation"
        rows={rows}
        columns={[
          { key: "language", label: "Language", options: choicesOf(free) },
          { key: "name", label: "Name" },
          { key: "definition", label: "Definition", isLong: true, isOptional: true },
        ]}
        fresh={next ? () => ({ language: next, name: "" }) : undefined}
        empty={
          next
            ? "None yet."
            : "This taxonomy has one language. More are named under “Scales, groups and scoring”."
        }
        onChange={(after) => set({ translations: translationsOf(after) })}
        wrong={(place, key) => wrong(`translations.${rows[place]?.language}.${key}`).error}
      />
    </Panel>
  );
}

/** Finer kinds of a defect, for display and export. Their ids and codes are given for good. */
export function DefectParts({ defect, set, wrong }: PanelProps) {
  if (!defect.sub_defects?.length) return null;
  return (
    <Panel title="Sub-defects">
      <Rows
        name="sub-defect"
        rows={defect.sub_defects}
        isKept
        columns={[
          { key: "name", label: "Name" },
          { key: "code", label: "Code", most: 3 },
          { key: "status", label: "Status", options: choicesOf(["draft", "active", "deprecated"]) },
          { key: "definition", label: "Definition", isLong: true, least: 15 },
        ]}
        onChange={(sub_defects) => set({ sub_defects })}
        wrong={(place, key) => wrong(`sub_defects.${place}.${key}`).error}
      />
    </Panel>
  );
}
