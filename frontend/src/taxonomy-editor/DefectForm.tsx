import { Panel } from "../ui/Panel";
import { TextArea, TextField } from "../ui/fields";
import { visible } from "../taxonomy/visible";
import { DefectLevels } from "./DefectLevels";
import { DefectExclusions, DefectGroups, DefectRelations } from "./DefectLinks";
import { DefectCauses, DefectParts, DefectQuality, DefectTranslations } from "./DefectMeaning";
import { DefectConsequences, DefectHistory, DefectScope } from "./DefectScope";
import { codeClash, defectsOf, type FileDefect, type FileDocument } from "./document";
import { ExamplesForm } from "./ExamplesForm";
import { lengthHint, withFrame, withValues, type HeldDefect } from "./held";
import type { PanelProps, SetValues } from "./panels";

interface DefectFormProps {
  slug: string;
  document: FileDocument;
  defect: FileDefect;
  used: Record<string, string>;
  problems: ReadonlyMap<string, string>;
  onChange: (document: FileDocument) => void;
}

/** Everything that is decided about one defect. Each change is a change of the draft at once. */
export function DefectForm({ slug, document, defect: stored, used, problems, onChange }: DefectFormProps) {
  const defect = stored as unknown as HeldDefect;
  const set: SetValues = (values) => onChange(withValues(document, defect.id, values));
  const others = defectsOf(document)
    .filter((one) => one.id !== defect.id)
    .map((one) => ({ value: one.id, label: `${one.code} ${visible(one.name)}` }));
  const wrong = (field: string) => {
    const message = problems.get(field);
    return message ? { error: message } : {};
  };
  const panel: PanelProps = { document, defect, others, set, wrong };
  return (
    <div className="stack loose">
      <Essentials {...panel} clash={codeClash(document, defect.id, defect.code, used)} />
      <DefectExclusions {...panel} />
      <DefectLevels {...panel} />
      <ExamplesForm slug={slug} {...panel} />
      <DefectScope {...panel} />
      <DefectConsequences {...panel} />
      <DefectGroups
        {...panel}
        onGroups={(exclusion_groups) => onChange(withFrame(document, { exclusion_groups }))}
      />
      <DefectRelations {...panel} />
      <DefectQuality {...panel} />
      <DefectCauses {...panel} />
      <DefectTranslations {...panel} />
      <DefectParts {...panel} />
      <DefectHistory defect={defect} />
    </div>
  );
}

function Essentials({ defect, set, wrong, clash }: PanelProps & { clash: string | null }) {
  return (
    <Panel
      title={`${defect.code} ${visible(defect.name)}`}
      aside={<span className="muted">{defect.id}</span>}
    >
      <div className="form">
        <TextField
          label="Name"
          hint={lengthHint(defect.name, 3, 60)}
          maxLength={60}
          value={defect.name}
          onChange={(name) => set({ name })}
          {...wrong("name")}
        />
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
          hint={lengthHint(defect.definition, 20, 400)}
          isWide
          rows={3}
          maxLength={400}
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
          onBlur={() => {
            const aliases = (defect.aliases ?? []).map((one) => one.trim()).filter(Boolean);
            if (aliases.join() !== (defect.aliases ?? []).join()) set({ aliases });
          }}
          {...wrong("aliases")}
        />
      </div>
    </Panel>
  );
}

function recoded(defect: HeldDefect, code: string): Parameters<SetValues>[0] {
  const subs = defect.sub_defects?.map((sub) => ({ ...sub, code: code + sub.code.slice(2) }));
  return { code, ...(subs && { sub_defects: subs }) };
}

function Lines(props: {
  label: string;
  values: string[];
  onChange: (values: string[]) => void;
  error?: string;
}) {
  const { label, values, onChange, error } = props;
  const kept = values.filter((one) => one.trim());
  return (
    <TextArea
      label={label}
      hint="One a line, each of at least 8 characters."
      isWide
      rows={Math.max(3, values.length + 1)}
      value={values.join("\n")}
      onChange={(text) => onChange(text.split("\n"))}
      onBlur={() => {
        if (kept.length !== values.length) onChange(kept);
      }}
      {...(error && { error })}
    />
  );
}
