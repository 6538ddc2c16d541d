import { Button } from "../ui/Button";
import { Panel } from "../ui/Panel";
import { Checkbox, SelectField, TextArea, TextField } from "../ui/fields";
import { ACTIONS, lengthHint, said, type HeldScale } from "./held";
import { choicesOf, Rows } from "./Rows";

type Level = HeldScale["levels"][number];
type Wrong = (field: string) => { error?: string };

interface ScalesProps {
  scales: readonly HeldScale[];
  /** Scales that some defect uses: they are not taken away. */
  used: ReadonlySet<string>;
  wrong: Wrong;
  onChange: (scales: HeldScale[]) => void;
}

/** The scales of a taxonomy with their levels, digits and default actions. */
export function FileScales({ scales, used, wrong, onChange }: ScalesProps) {
  const put = (place: number, scale: HeldScale) =>
    onChange(scales.map((one, n) => (n === place ? scale : one)));
  return (
    <>
      {scales.map((scale, place) => (
        <Panel
          key={place}
          title={`Scale ${scale.name}`}
          aside={
            !used.has(scale.id) && (
              <Button
                small
                kind="quiet"
                aria-label={`Remove scale ${scale.name}`}
                onClick={() => onChange(scales.filter((_, n) => n !== place))}
              >
                Remove
              </Button>
            )
          }
        >
          <Scale
            scale={scale}
            isUsed={used.has(scale.id)}
            wrong={(field) => wrong(`severity_scales.${place}${field ? `.${field}` : ""}`)}
            onChange={(next) => put(place, next)}
          />
        </Panel>
      ))}
      <div>
        <Button onClick={() => onChange([...scales, freshScale(scales)])}>Add a scale</Button>
      </div>
    </>
  );
}

function freshScale(scales: readonly HeldScale[]): HeldScale {
  const taken = new Set(scales.map((one) => one.id));
  let number = scales.length + 1;
  while (taken.has(`scale_${number}`)) number += 1;
  const rule = "To be written: what this level means for every defect.";
  return {
    id: `scale_${number}`,
    name: `Scale ${number}`,
    kind: "severity",
    tie_break: "To be written: what decides when two levels fit.",
    end_words: { "1": "minor", "2": "critical" },
    levels: [
      { key: "minor", rank: 1, name: "Minor", hotkey: "1", action: "retouch", general_rule: rule },
      { key: "critical", rank: 2, name: "Critical", hotkey: "2", action: "reject", general_rule: rule },
    ],
  };
}

interface ScaleProps {
  scale: HeldScale;
  isUsed: boolean;
  wrong: Wrong;
  onChange: (scale: HeldScale) => void;
}

function Scale({ scale, isUsed, wrong, onChange }: ScaleProps) {
  const set = (values: Partial<HeldScale>) =>
    onChange(said({ ...scale, ...values }, ["allow_not_applicable", "tie_break", "end_words"]));
  const words = Object.entries(scale.end_words ?? {});
  const of = `of scale ${scale.id}`;
  return (
    <div className="stack">
      <div className="form">
        <TextField
          label={`Name ${of}`}
          value={scale.name}
          onChange={(name) => set({ name })}
          {...wrong("name")}
        />
        <TextField
          label={`Id ${of}`}
          value={scale.id}
          disabled={isUsed}
          hint={isUsed ? "Defects use it." : "Small letters, digits and _."}
          onChange={(id) => set({ id })}
          {...wrong("id")}
        />
        <SelectField
          label={`Kind ${of}`}
          value={scale.kind}
          options={choicesOf(["severity", "rating", "flag"])}
          onChange={(kind) => set({ kind })}
          {...wrong("kind")}
        />
        <Checkbox
          label="“Not applicable” may be answered"
          isChecked={scale.allow_not_applicable ?? false}
          onChange={(allow_not_applicable) => set({ allow_not_applicable })}
        />
        {scale.kind !== "flag" && (
          <TextArea
            label={`When two levels fit ${of}`}
            isWide
            rows={2}
            hint={lengthHint(scale.tie_break ?? "", 20)}
            value={scale.tie_break ?? ""}
            onChange={(tie_break) => set({ tie_break })}
            {...wrong("tie_break")}
          />
        )}
        {words.map(([digit, word], place) => (
          <TextField
            key={digit}
            label={`Word on key ${digit} ${of}`}
            maxLength={20}
            value={word}
            onChange={(next) =>
              set({
                end_words: Object.fromEntries(words.map((one, n) => (n === place ? [digit, next] : one))),
              })
            }
            {...wrong("end_words")}
          />
        ))}
      </div>
      {wrong("levels").error && <p className="field-error">{wrong("levels").error}</p>}
      <Rows<Level>
        name={`level ${of}`}
        rows={scale.levels}
        isKept={isUsed}
        columns={[
          { key: "name", label: "Name" },
          { key: "key", label: "Key", most: 20 },
          { key: "rank", label: "Rank", type: "number" },
          { key: "hotkey", label: "Digit key", most: 1 },
          { key: "action", label: "Default action", options: choicesOf(ACTIONS) },
          { key: "general_rule", label: "General rule", isLong: true, least: 10 },
        ]}
        fresh={isUsed || scale.kind === "flag" ? undefined : () => freshLevel(scale)}
        onChange={(levels) => set({ levels: levels.map((one) => ({ ...one, rank: Number(one.rank) || 1 })) })}
        wrong={(place, key) => wrong(`levels.${place}.${key}`).error}
      />
    </div>
  );
}

function freshLevel(scale: HeldScale): Level {
  const rank = scale.levels.length + 1;
  return {
    key: `level_${rank}`,
    rank,
    name: `Level ${rank}`,
    hotkey: String(rank),
    action: "reject",
    general_rule: "To be written: what this level means for every defect.",
  };
}
