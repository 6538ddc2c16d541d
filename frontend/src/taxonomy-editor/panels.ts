import type { Option } from "../ui/fields";
import type { FileDocument } from "./document";
import type { HeldDefect } from "./held";

export type SetValues = (values: { [Key in keyof HeldDefect]?: HeldDefect[Key] | undefined }) => void;

/** What every panel of a defect gets. `wrong` says what the server found at a field, by its path in the defect. */
export interface PanelProps {
  document: FileDocument;
  defect: HeldDefect;
  others: readonly Option[];
  set: SetValues;
  wrong: (field: string) => { error?: string };
}
