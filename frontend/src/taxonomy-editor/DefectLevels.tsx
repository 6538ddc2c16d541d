import { Panel } from "../ui/Panel";
import { SelectField, TextArea, TextField } from "../ui/fields";
import { visible } from "../taxonomy/visible";
import type { FileDocument, FileLevel } from "./document";
import { ACTIONS, held, levelProblems, type HeldDefect, type HeldScale } from "./held";
import type { PanelProps } from "./panels";

/** The scale of a defect and, for each of its levels, the decision rule, the points and the action. */
export function DefectLevels({ document, defect, set, wrong }: PanelProps) {
  const scale = held(document).severity_scales.find((one) => one.id === defect.scale);
  const problems = levelProblems(scale, defect.severity);
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
          {...wrong("scale")}
        />
        {scale?.tie_break && <p className="muted">When two levels fit: {visible(scale.tie_break)}</p>}
        {scale?.levels.map((level) => (
          <LevelRow
            key={level.key}
            level={level}
            said={defect.severity[level.key]}
            problem={problems.get(level.key) ?? {}}
            wrong={(field) => wrong(`severity.${level.key}${field ? `.${field}` : ""}`)}
            put={(values) => put(level.key, values)}
          />
        ))}
      </div>
    </Panel>
  );
}

interface LevelRowProps {
  level: HeldScale["levels"][number];
  said: FileLevel | undefined;
  problem: { penalty?: string; action?: string };
  wrong: (field: string) => { error?: string };
  put: (values: Partial<FileLevel>) => void;
}

function LevelRow({ level, said, problem, wrong, put }: LevelRowProps) {
  return (
    <div className="draft-level">
      <TextArea
        label={`Rule for ${visible(level.name)}`}
        hint={level.general_rule}
        rows={2}
        value={said?.rule ?? ""}
        onChange={(rule) => put({ rule })}
        {...wrong("rule")}
      />
      <TextField
        label={`Points of ${visible(level.name)}`}
        type="number"
        min={0}
        step={0.25}
        value={String(said?.penalty ?? 0)}
        onChange={(points) => put({ penalty: Math.max(0, Number(points) || 0) })}
        {...(problem.penalty ? { error: problem.penalty } : wrong("penalty"))}
      />
      <SelectField
        label={`Action of ${visible(level.name)}`}
        value={said?.action ?? ""}
        options={[
          { value: "", label: `${level.action} (of the scale)` },
          ...ACTIONS.filter((one) => one !== level.action).map((one) => ({ value: one, label: one })),
        ]}
        onChange={(action) => put({ action })}
        {...(problem.action ? { error: problem.action } : wrong(""))}
      />
    </div>
  );
}

function severityFor(document: FileDocument, defect: HeldDefect, id: string): Record<string, FileLevel> {
  const levels = document.severity_scales.find((one) => one.id === id)?.levels ?? [];
  return Object.fromEntries(
    levels.map((level, rank) => [
      level.key,
      defect.severity[level.key] ?? { rule: level.general_rule, penalty: rank },
    ]),
  );
}
