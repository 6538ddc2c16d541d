import { SelectField } from "../ui/fields";
import { NumberField } from "../ui/NumberField";
import type { Strategy, Wish } from "./types";

const STRATEGIES: { value: Strategy; label: string; hint: string }[] = [
  {
    value: "margin",
    label: "Margin",
    hint: "First what lies closest to a detector's threshold: it teaches most.",
  },
  { value: "risk", label: "Risk", hint: "First what most probably shows a defect." },
  { value: "entropy", label: "Entropy", hint: "First what detectors can tell least about." },
  { value: "diversity", label: "Diversity", hint: "First what is least like everything labelled so far." },
  { value: "random", label: "Random", hint: "In a drawn order." },
  { value: "fifo", label: "In the order of arrival", hint: "As the images came." },
];
const LARGEST_SEED = 2 ** 31 - 1;

export function strategyName(strategy: Strategy): string {
  return STRATEGIES.find((one) => one.value === strategy)?.label ?? strategy;
}

/** How the next ranking is to be made; also the last step of the whole loop. */
export function RankForm({ wish, onChange }: { wish: Wish; onChange: (wish: Wish) => void }) {
  const hasShare = wish.strategy !== "random" && wish.strategy !== "fifo";
  return (
    <div className="rank-form">
      <SelectField<Strategy>
        label="Strategy"
        hint={STRATEGIES.find((one) => one.value === wish.strategy)?.hint}
        options={STRATEGIES}
        value={wish.strategy}
        onChange={(strategy) => onChange({ ...wish, strategy })}
      />
      <NumberField
        label="Random share"
        hint="So much of the queue is drawn at random."
        value={hasShare ? wish.random_share : null}
        min={0}
        max={1}
        step={0.05}
        format={{ style: "percent" }}
        isDisabled={!hasShare}
        onChange={(share) => onChange({ ...wish, random_share: share ?? 0.1 })}
      />
      <NumberField
        label="Seed"
        isOptional
        hint="Empty: one is drawn and stored."
        value={wish.seed}
        min={0}
        max={LARGEST_SEED}
        format={{ useGrouping: false }}
        onChange={(seed) => onChange({ ...wish, seed })}
      />
    </div>
  );
}
