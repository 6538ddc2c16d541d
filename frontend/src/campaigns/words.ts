import type { Tone } from "../ui/Badge";
import type { Option } from "../ui/fields";

export const STATE_TONES: Record<string, Tone> = { open: "ok", paused: "warn", closed: "neutral" };

export const KINDS: readonly Option[] = [
  { value: "production", label: "Production", hint: "The real work; Items follow the ranking." },
  { value: "pilot", label: "Pilot", hint: "A small first round that shows whether the definitions hold." },
  {
    value: "calibration",
    label: "Calibration",
    hint: "Everybody answers the same images alone, to see where they differ.",
  },
  { value: "audit", label: "Audit", hint: "A random sample, so that its shares hold for the whole." },
  { value: "bridge", label: "Bridge", hint: "The same images under two versions, to compare them." },
];

export const RULES: readonly Option[] = [
  { value: "majority_of_3", label: "Majority of three", hint: "What two of three say is gold." },
  { value: "agreement_of_2", label: "Agreement of two", hint: "Both say the same, or the expert decides." },
  { value: "single", label: "One answer settles", hint: "Nobody checks it. Every export says so." },
  { value: "adjudication", label: "The expert settles every Item" },
];

export const REGIONS: readonly Option[] = [
  { value: "taxonomy", label: "As the taxonomy says", hint: "Each defect's own rule." },
  { value: "optional", label: "Optional" },
  { value: "required", label: "Required", hint: "Where the defect allows a region." },
  { value: "off", label: "Off", hint: "Nobody draws; fastest." },
];

export function labelIn(options: readonly Option[], value: string): string {
  return options.find((option) => option.value === value)?.label ?? value;
}

/** The rule that fits so many annotations per Item. */
export function ruleFor(annotations: number): string {
  if (annotations >= 3) return "majority_of_3";
  return annotations === 2 ? "agreement_of_2" : "single";
}
