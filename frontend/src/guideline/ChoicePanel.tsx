import { Button } from "../ui/Button";
import { Panel } from "../ui/Panel";
import { Checkbox, SelectField } from "../ui/fields";
import { visible } from "../taxonomy/visible";
import type { VersionDocument } from "../taxonomy/types";
import { languagesOf, withDefects, type Choice } from "./choice";

interface ChoicePanelProps {
  document: VersionDocument;
  choice: Choice;
  onChange: (choice: Choice) => void;
}

/** Which dimensions and defects are printed, and in which language. */
export function ChoicePanel({ document, choice, onChange }: ChoicePanelProps) {
  const languages = languagesOf(document);
  const every = document.dimensions.flatMap((one) => one.defects);
  const count = every.filter((one) => !choice.left.has(one.id)).length;
  return (
    <Panel
      title="What is printed"
      aside={
        <Button kind="primary" disabled={count === 0} onClick={() => window.print()}>
          Print or save as PDF
        </Button>
      }
    >
      <div className="stack">
        <p className="muted" role="status">
          {count} of {every.length} defects, one page each.
        </p>
        {languages.length > 1 && (
          <SelectField
            label="Language of names and definitions"
            hint="What is not translated stays as it was written."
            options={languages.map((one) => ({ value: one, label: nameOf(one) }))}
            value={choice.language}
            onChange={(language) => onChange({ ...choice, language })}
          />
        )}
        <div className="guide-choice">
          {document.dimensions.map((dimension) => {
            const printed = dimension.defects.filter((one) => !choice.left.has(one.id)).length;
            return (
              <div key={dimension.id}>
                <Checkbox
                  label={`${visible(dimension.name)} (${printed} of ${dimension.defects.length})`}
                  isChecked={printed > 0}
                  onChange={(isPrinted) => onChange(withDefects(choice, dimension.defects, isPrinted))}
                />
                <details>
                  <summary>
                    Choose defects<span className="visually-hidden"> of {visible(dimension.name)}</span>
                  </summary>
                  {dimension.defects.map((defect) => (
                    <Checkbox
                      key={defect.id}
                      label={`${visible(defect.code)} ${visible(defect.name)}${defect.status === "active" ? "" : ` (${defect.status})`}`}
                      isChecked={!choice.left.has(defect.id)}
                      onChange={(isPrinted) => onChange(withDefects(choice, [defect], isPrinted))}
                    />
                  ))}
                </details>
              </div>
            );
          })}
        </div>
      </div>
    </Panel>
  );
}

function nameOf(language: string): string {
  try {
    return `${new Intl.DisplayNames(["en"], { type: "language" }).of(language) ?? language} (${language})`;
  } catch {
    return language;
  }
}
