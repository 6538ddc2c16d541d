import { useState, type DragEvent } from "react";
import { isProblem } from "../api/problem";
import { Region } from "../taxonomy/ExamplePicture";
import { visible } from "../taxonomy/visible";
import { Button } from "../ui/Button";
import { SelectField, TextArea, type Option } from "../ui/fields";
import type { Slot } from "./examples";
import type { HeldExample } from "./held";
import { pictureAddress, uploadPicture, type StoredPicture } from "./pictures";

export interface CardActions {
  put: (place: number, values: Partial<HeldExample>) => void;
  uploaded: (place: number, stored: StoredPicture) => void;
  choose: (place: number) => void;
  draw: (place: number) => void;
  move: (place: number, step: -1 | 1) => void;
  pair: (place: number, of: number | null) => void;
  addCounterpart: (place: number) => void;
  remove: (place: number) => void;
}

interface ExampleCardProps {
  slug: string;
  slot: Slot;
  levels: readonly Option[];
  /** Positives that a negative may be the clean side of. */
  positives: readonly Slot[];
  canMove: (step: -1 | 1) => boolean;
  error: string | undefined;
  act: CardActions;
}

const VERDICTS = [
  { value: "annotate", label: "annotate" },
  { value: "do_not_annotate", label: "do not annotate" },
];

/** One example: its picture with the region, what it shows, and what belongs to its kind. */
export function ExampleCard(props: ExampleCardProps) {
  const { slug, slot, canMove, error, act } = props;
  const { place, example } = slot;
  const number = place + 1;
  return (
    <article className="example-card" aria-label={`Example ${number}`}>
      <Picture slug={slug} slot={slot} act={act} />
      <TextArea
        label={`${example.kind} example ${number}: what the picture shows`}
        rows={3}
        value={example.caption}
        onChange={(caption) => act.put(place, { caption })}
        {...(error && { error })}
      />
      <Kind {...props} />
      <div className="row">
        <Button
          small
          aria-label={`${example.asset_sha256 ? "Replace" : "Choose"} picture of example ${number}`}
          onClick={() => act.choose(place)}
        >
          {example.asset_sha256 ? "Replace picture" : "Choose picture"}
        </Button>
        {example.asset_sha256 && (
          <Button small aria-label={`Draw region of example ${number}`} onClick={() => act.draw(place)}>
            Draw region
          </Button>
        )}
        {example.kind === "positive" && (
          <Button
            small
            aria-label={`Add clean counterpart of example ${number}`}
            onClick={() => act.addCounterpart(place)}
          >
            Add clean counterpart
          </Button>
        )}
        <Button
          small
          kind="quiet"
          aria-label={`Up, example ${number}`}
          disabled={!canMove(-1)}
          onClick={() => act.move(place, -1)}
        >
          Up
        </Button>
        <Button
          small
          kind="quiet"
          aria-label={`Down, example ${number}`}
          disabled={!canMove(1)}
          onClick={() => act.move(place, 1)}
        >
          Down
        </Button>
        <Button small kind="quiet" aria-label={`Remove example ${number}`} onClick={() => act.remove(place)}>
          Remove
        </Button>
      </div>
    </article>
  );
}

function Kind({ slot, levels, positives, act }: ExampleCardProps) {
  const { place, example } = slot;
  const of = positives.find((one) => one.example.id && one.example.id === example.clean_counterpart_of);
  if (example.kind === "negative") {
    return (
      <SelectField
        label="Clean counterpart of"
        isOptional
        value={of ? String(of.place) : ""}
        options={[
          { value: "", label: "none" },
          ...positives.map((one) => ({
            value: String(one.place),
            label: `${one.place + 1}: ${visible(one.example.caption).slice(0, 60)}`,
          })),
        ]}
        onChange={(value) => act.pair(place, value === "" ? null : Number(value))}
      />
    );
  }
  if (example.kind === "positive") {
    return (
      <SelectField
        label="Level"
        value={example.severity ?? null}
        options={levels}
        onChange={(severity) => act.put(place, { severity })}
      />
    );
  }
  return (
    <SelectField
      label="What to do"
      value={example.verdict ?? null}
      options={VERDICTS}
      onChange={(verdict) => act.put(place, { verdict })}
    />
  );
}

function Picture({ slug, slot, act }: Pick<ExampleCardProps, "slug" | "slot" | "act">) {
  const { place, example } = slot;
  const sha256 = example.asset_sha256;
  const [broken, setBroken] = useState<string | null>(null);
  const [isOver, setOver] = useState(false);
  const [says, setSays] = useState<string | null>(null);
  const drop = async (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (!file) return;
    setSays("Storing the picture…");
    try {
      act.uploaded(place, await uploadPicture(slug, file));
      setSays(null);
    } catch (error) {
      setSays(isProblem(error) ? error.detail || error.message : "The picture could not be stored.");
    }
  };
  return (
    <div
      className="example-drop"
      data-drop-target={isOver || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => void drop(event)}
    >
      {sha256 && broken !== sha256 ? (
        <span className="example-frame">
          <img
            src={pictureAddress(sha256)}
            alt={visible(example.caption) || `Example ${place + 1}`}
            onError={() => setBroken(sha256)}
          />
          {example.region && <Region region={example.region} />}
        </span>
      ) : (
        <span className="example-missing">
          <span>Picture missing</span>
          <span className="muted">Drop one here</span>
        </span>
      )}
      {says && (
        <span className="field-error" role="status">
          {says}
        </span>
      )}
    </div>
  );
}
