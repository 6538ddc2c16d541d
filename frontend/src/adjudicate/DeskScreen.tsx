import { useEffect, useMemo, useRef, useState } from "react";
import { Link } from "wouter";
import { api } from "../api/client";
import { isProblem } from "../api/problem";
import { CanvasView } from "../canvas/CanvasView";
import type { Mark } from "../canvas/Overlay";
import type { Region } from "../canvas/geometry";
import type { StageHandle } from "../canvas/stage-machine";
import { KeyHelp, Keys } from "../keyboard/KeyHelp";
import { useCommands } from "../keyboard/useCommands";
import { deskCommands } from "./commands";
import { adjudication, defectOf, missing, newDraft, type DeskItem, type Layer } from "./decisions";
import { DisputePanel } from "./DisputePanel";
import { usePicture } from "./usePicture";

interface ScreenProps {
  item: DeskItem;
  next: string | null;
  left: number;
  settled: number;
  back: string;
  isAdjudicator: boolean;
  onSettled: () => void;
  onSkip: () => void;
}

const LINES = [undefined, "dashed", "dotted"] as const;
const KINDS = {
  disagreement: "Disagreement",
  escalation: "Escalation",
  contradiction: "Two campaigns contradict",
};

/** One dispute on one screen: image with everybody's marks, the rule, the decision. */
export function DeskScreen(props: ScreenProps) {
  const { item, left, settled, back, isAdjudicator } = props;
  const [draft, setDraft] = useState(() => newDraft(item));
  const [layer, setLayer] = useState<string | null>(null);
  const [rule, setRule] = useState(true);
  const [overlay, setOverlay] = useState(true);
  const [stage, setStage] = useState<StageHandle | null>(null);
  const main = useRef<HTMLElement>(null);
  const picture = usePicture(item.id, props.next);
  const canDecide = isAdjudicator && item.state === "open" && !item.answered_by_me;
  const saving = useSaving(item, props.onSettled);
  const lacks = canDecide ? missing(draft, item) : null;
  const marks = useMemo(() => marksOf(item, layer, draft.active), [item, layer, draft.active]);
  useEffect(() => main.current?.focus(), []);
  const commands = deskCommands({
    item,
    draft,
    canDecide,
    stage,
    hasFocus: () => ["MAIN", "BODY"].includes(document.activeElement?.tagName ?? "BODY"),
    setDraft,
    save: () => {
      if (lacks === null && canDecide) saving.save(adjudication(draft));
    },
    skip: props.onSkip,
    cycleLayer: (step) => setLayer(nextLayer(item.layers, layer, step)),
    toggleRule: () => setRule(!rule),
    toggleOverlay: () => setOverlay(!overlay),
  });
  useCommands(commands);
  return (
    <main ref={main} className="ts-work desk" data-theme="dark" tabIndex={-1}>
      <header className="desk-bar">
        <Link href={back} className="button quiet small">
          ← Gold labels
        </Link>
        <h1>
          {item.dispute === null ? "No dispute" : KINDS[item.dispute.kind]}
          <span className="muted"> · {item.campaign.name}</span>
        </h1>
        <span className="push number">
          {left} open, {settled} settled
        </span>
        <KeyHelp />
      </header>
      <div className="desk-body">
        <div className="desk-stage">
          {picture?.state === "failed" ? (
            <p className="desk-failed">The picture cannot be shown: {picture.reason}</p>
          ) : (
            <CanvasView
              ref={setStage}
              imageKey={item.id}
              label={item.prompt ?? "Image"}
              size={item.image}
              bitmap={picture?.state === "ready" ? picture.bitmap : null}
              thumbnailUrl={item.image.thumbnail_url}
              marks={marks}
              selected={null}
              tool={null}
              overlay={overlay}
              contrast={false}
              dimmed={false}
              loupe={false}
              keepZoom={false}
              pixelView="auto"
              onDrawn={() => undefined}
              onSelect={(key) => setLayer(key?.split(":")[0] ?? null)}
              onReshaped={() => undefined}
              onPainted={() => undefined}
            />
          )}
          <Layers layers={item.layers} chosen={layer} onChoose={setLayer} />
          {item.prompt !== null && <p className="desk-prompt">{item.prompt}</p>}
        </div>
        <aside className="desk-panel" aria-label="The dispute">
          <State {...props} />
          <DisputePanel
            item={item}
            draft={draft}
            canDecide={canDecide}
            rule={rule}
            onDraft={setDraft}
            onRule={() => setRule(!rule)}
          />
        </aside>
      </div>
      <footer className="desk-foot">
        <span aria-live="polite">{saving.problem ?? lacks ?? (canDecide ? "Ready to save." : "")}</span>
        <span className="push" />
        <span className="muted desk-hints">
          <Keys chord="Tab" /> layer <Keys chord="Shift+K" /> rule <Keys chord="PageDown" /> later
        </span>
        {canDecide && (
          <button
            type="button"
            className="button primary"
            disabled={lacks !== null || saving.isBusy}
            onClick={() => saving.save(adjudication(draft))}
          >
            Save and next <Keys chord="Enter" />
          </button>
        )}
      </footer>
    </main>
  );
}

function State({ item, isAdjudicator }: ScreenProps) {
  const words =
    item.state === "settled"
      ? "This Item is settled."
      : item.state === "unsettled"
        ? "Nothing is disputed here."
        : item.answered_by_me
          ? "You answered this Item yourself: another adjudicator has to settle it."
          : isAdjudicator
            ? null
            : "Only adjudicators settle disputes; you may look.";
  return words === null ? null : <p className="desk-words">{words}</p>;
}

function useSaving(item: DeskItem, onSettled: () => void) {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const save = (body: ReturnType<typeof adjudication>) => {
    if (isBusy) return;
    setBusy(true);
    setProblem(null);
    api.put(`/items/${item.id}/gold`, body).then(onSettled, (error: unknown) => {
      setBusy(false);
      if (isProblem(error, "state-changed")) onSettled();
      else if (isProblem(error))
        setProblem([error.detail, ...error.violations.map((one) => one.detail)].join(" "));
      else setProblem("It could not be saved. Try again.");
    });
  };
  return { isBusy, problem, save };
}

interface LayersProps {
  layers: readonly Layer[];
  chosen: string | null;
  onChoose: (letter: string | null) => void;
}

function Layers({ layers, chosen, onChoose }: LayersProps) {
  if (layers.length === 0) return null;
  return (
    <div className="desk-layers" role="group" aria-label="Layers">
      <button
        type="button"
        className="desk-choice"
        aria-pressed={chosen === null}
        onClick={() => onChoose(null)}
      >
        All
      </button>
      {layers.map((one, place) => (
        <button
          key={one.letter}
          type="button"
          className="desk-choice"
          aria-pressed={chosen === one.letter}
          title={one.pseudonym}
          onClick={() => onChoose(one.letter)}
        >
          <svg width="22" height="8" aria-hidden="true" className={LINES[place % 3] ?? "solid"}>
            <line x1="1" x2="21" y1="4" y2="4" />
          </svg>
          {one.letter}
          {one.outcome === "unusable" && " unusable"}
        </button>
      ))}
    </div>
  );
}

function nextLayer(layers: readonly Layer[], now: string | null, step: 1 | -1): string | null {
  const order = [null, ...layers.map(({ letter }) => letter)];
  return order[(order.indexOf(now) + step + order.length) % order.length] ?? null;
}

/** The marks of the disputed concept first; those of one layer where one is chosen. */
function marksOf(item: DeskItem, layer: string | null, active: string | null): readonly Mark[] {
  return item.layers.flatMap((one, place) =>
    one.findings.flatMap((finding, number): Mark[] => {
      const concept = item.concepts.find(({ id }) => id === finding.defect);
      const hidden = layer === null ? finding.defect !== active && active !== null : layer !== one.letter;
      if (finding.region === null || concept === undefined || hidden) return [];
      const defect = defectOf(concept);
      const line = LINES[place % 3];
      return [
        {
          key: `${one.letter}:${number}`,
          region: finding.region as Region,
          tag: `${one.letter} ${defect.code}`,
          name: `${one.letter}: ${defect.name}, ${finding.level ?? "no level"}`,
          unsure: false,
          faulty: false,
          ...(line === undefined ? {} : { line }),
        },
      ];
    }),
  );
}
