import { Button } from "../ui/Button";
import { Panel } from "../ui/Panel";
import { SelectField, TextArea } from "../ui/fields";
import type { FileDefect, FileExample } from "./document";

const KINDS = ["positive", "negative", "borderline"];
const VERDICTS = ["annotate", "do_not_annotate"];

interface ExamplesFormProps {
  defect: FileDefect;
  onChange: (examples: FileExample[]) => void;
}

/** What each example must show. A picture that is there stays with its example; one that is not is said by the lint. */
export function ExamplesForm({ defect, onChange }: ExamplesFormProps) {
  const { examples } = defect;
  const levels = Object.keys(defect.severity);
  const put = (place: number, values: Partial<FileExample>) =>
    onChange(examples.map((one, n) => (n === place ? { ...one, ...values } : one)));
  const fresh = (kind: string): FileExample => ({
    kind,
    ...(kind === "positive" && levels[0] && { severity: levels[0] }),
    ...(kind === "borderline" && { verdict: "annotate" }),
    caption: "",
  });
  return (
    <Panel
      title="Examples"
      aside={
        <span className="row">
          {KINDS.map((kind) => (
            <Button key={kind} small onClick={() => onChange([...examples, fresh(kind)])}>
              Add {kind}
            </Button>
          ))}
        </span>
      }
    >
      <div className="stack">
        {examples.length === 0 && (
          <p className="muted">None yet: a positive, a negative and a borderline one are needed.</p>
        )}
        {examples.map((one, place) => (
          <div className="draft-case" key={place}>
            <TextArea
              label={`${one.kind} example ${place + 1}: what the picture shows`}
              rows={2}
              value={one.caption}
              onChange={(caption) => put(place, { caption })}
            />
            {one.severity !== undefined && (
              <SelectField
                label="Level"
                value={one.severity}
                options={levels.map((level) => ({ value: level, label: level }))}
                onChange={(severity) => put(place, { severity })}
              />
            )}
            {one.verdict !== undefined && (
              <SelectField
                label="What to do"
                value={one.verdict}
                options={VERDICTS.map((verdict) => ({ value: verdict, label: verdict.replaceAll("_", " ") }))}
                onChange={(verdict) => put(place, { verdict })}
              />
            )}
            {one.severity === undefined && one.verdict === undefined && <span />}
            <Button
              small
              kind="quiet"
              aria-label={`Remove example ${place + 1}`}
              onClick={() => onChange(examples.filter((_, n) => n !== place))}
            >
              Remove
            </Button>
          </div>
        ))}
      </div>
    </Panel>
  );
}
