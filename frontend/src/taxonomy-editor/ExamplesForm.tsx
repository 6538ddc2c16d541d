import { useEffect, useRef, useState } from "react";
import { visible } from "../taxonomy/visible";
import { Badge } from "../ui/Badge";
import { Button } from "../ui/Button";
import { Panel } from "../ui/Panel";
import type { Option } from "../ui/fields";
import { ExampleCard, type CardActions } from "./ExampleCard";
import {
  arranged,
  freshExample,
  neighbour,
  pairedWith,
  swapped,
  withCounterpart,
  withoutExample,
  withPicture,
  withRegion,
  type Kind,
  type Pair,
  type Slot,
} from "./examples";
import { held, type HeldExample } from "./held";
import type { PanelProps } from "./panels";
import { PicturePicker } from "./PicturePicker";
import { RegionDialog } from "./RegionDialog";

const KINDS: readonly Kind[] = ["positive", "negative", "borderline"];

/** The visual examples of a defect: by level with the clean side beside each, then the borderline cases. */
export function ExamplesForm(props: PanelProps & { slug: string }) {
  const { slug, document, defect, set, wrong } = props;
  const { examples } = defect;
  const scale = held(document).severity_scales.find((one) => one.id === defect.scale);
  const levels: Option[] = (scale?.levels ?? []).map((one) => ({ value: one.key, label: visible(one.name) }));
  const [choosing, setChoosing] = useState<number | null>(null);
  const [drawing, setDrawing] = useState<number | null>(null);
  // A picture may arrive while somebody writes: it goes into what the draft is then.
  const latest = useRef({ examples, set });
  useEffect(() => {
    latest.current = { examples, set };
  });
  const change = (make: (now: HeldExample[]) => HeldExample[]) =>
    latest.current.set({ examples: make(latest.current.examples) });
  const replace = (place: number, make: (one: HeldExample) => HeldExample) =>
    change((now) => now.map((one, n) => (n === place ? make(one) : one)));
  const act: CardActions = {
    put: (place, values) => replace(place, (one) => ({ ...one, ...values })),
    uploaded: (place, { sha256 }) => replace(place, (one) => withPicture(one, { sha256, source: null })),
    choose: setChoosing,
    draw: setDrawing,
    move: (place, step) =>
      change((now) => {
        const other = neighbour(now, place, step);
        return other === null ? now : swapped(now, place, other);
      }),
    pair: (place, of) => change((now) => pairedWith(now, place, of)),
    addCounterpart: (place) => change((now) => withCounterpart(now, place)),
    remove: (place) => change((now) => withoutExample(now, place)),
  };
  const shown = arranged(
    examples,
    levels.map((one) => one.value),
  );
  const positives = shown.levels.flatMap((one) => one.pairs.map((pair) => pair.positive));
  const card = (slot: Slot) => (
    <ExampleCard
      key={slot.place}
      slug={slug}
      slot={slot}
      levels={levels}
      positives={positives}
      canMove={(step) => neighbour(examples, slot.place, step) !== null}
      error={problemOf(wrong, slot.place)}
      act={act}
    />
  );
  const chosen = choosing === null ? undefined : examples[choosing];
  const drawn = drawing === null ? undefined : examples[drawing];
  return (
    <Panel
      title="Examples"
      aside={
        <span className="row">
          {KINDS.map((kind) => (
            <Button
              key={kind}
              small
              onClick={() => set({ examples: [...examples, freshExample(kind, levels[0]?.value)] })}
            >
              Add {kind}
            </Button>
          ))}
        </span>
      }
    >
      <div className="stack">
        {wrong("examples").error && <p className="field-error">{wrong("examples").error}</p>}
        {shown.levels.map(({ level, pairs }) => (
          <LevelSection
            key={level}
            name={levels.find((one) => one.value === level)?.label ?? level}
            pairs={pairs}
            card={card}
            onAdd={() => set({ examples: [...examples, freshExample("positive", level)] })}
          />
        ))}
        <Section title="Clean pictures without a partner" slots={shown.alone} card={card} />
        <Section title="Borderline" slots={shown.borderline} card={card} />
      </div>
      {chosen && choosing !== null && (
        <PicturePicker
          slug={slug}
          defect={defect}
          levels={levels}
          example={chosen}
          onClose={() => setChoosing(null)}
          onPicked={(picture) => {
            replace(choosing, (one) => withPicture(one, picture));
            setChoosing(null);
          }}
        />
      )}
      {drawn?.asset_sha256 && drawing !== null && (
        <RegionDialog
          sha256={drawn.asset_sha256}
          caption={drawn.caption}
          region={drawn.region ?? null}
          onClose={() => setDrawing(null)}
          onDone={(region) => {
            replace(drawing, (one) => withRegion(one, region));
            setDrawing(null);
          }}
        />
      )}
    </Panel>
  );
}

function problemOf(wrong: PanelProps["wrong"], place: number): string | undefined {
  const fields = ["", ".caption", ".region", ".severity", ".verdict", ".kind"];
  return fields.map((field) => wrong(`examples.${place}${field}`).error).find(Boolean);
}

interface LevelSectionProps {
  name: string;
  pairs: Pair[];
  card: (slot: Slot) => React.ReactNode;
  onAdd: () => void;
}

function LevelSection({ name, pairs, card, onAdd }: LevelSectionProps) {
  const pictures = pairs.filter((pair) => pair.positive.example.asset_sha256).length;
  return (
    <section className="stack tight" aria-label={`Examples of ${name}`}>
      <div className="row">
        <h3>{name}</h3>
        {pairs.length === 0 ? (
          <Badge tone="warn">no example</Badge>
        ) : pictures === 0 ? (
          <Badge tone="warn">no picture</Badge>
        ) : (
          <Badge tone="ok">has a picture</Badge>
        )}
        <Button small kind="quiet" aria-label={`Add an example of ${name}`} onClick={onAdd}>
          Add
        </Button>
      </div>
      {pairs.map((pair) => (
        <div className="example-pair" key={pair.positive.place}>
          {card(pair.positive)}
          {pair.partners.map(card)}
        </div>
      ))}
    </section>
  );
}

function Section({ title, slots, card }: { title: string; slots: Slot[]; card: LevelSectionProps["card"] }) {
  return (
    <section className="stack tight" aria-label={title}>
      <h3>{title}</h3>
      {slots.length === 0 && <p className="muted">None yet.</p>}
      <div className="example-pair">{slots.map(card)}</div>
    </section>
  );
}
