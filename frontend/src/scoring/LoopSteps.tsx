import type { ReactNode } from "react";
import { Button } from "../ui/Button";
import { formatCount, formatMoment, formatShare, plural } from "../ui/format";
import { isOpen, missingReason } from "./figures";
import { strategyName } from "./RankForm";
import type { CampaignDetectors, LatestRanking, Wish } from "./types";
import type { Acts } from "./useScoring";

interface LoopStepsProps {
  loop: CampaignDetectors;
  latest: LatestRanking | undefined;
  acts: Acts;
  wish: Wish;
}

/** The loop in four steps: what was labelled, learnt, predicted and ranked, each with its next act. */
export function LoopSteps({ loop, latest, acts, wish }: LoopStepsProps) {
  const newest = loop.exports[0];
  const finished = loop.exports.find((one) => one.state === "done");
  const isWorking = loop.jobs.some((job) => isOpen(job) && job.kind !== "scoring.images");
  const trained = loop.detectors.filter((row) => row.champion).length;
  const few = loop.detectors.filter((row) => missingReason(row)?.includes("too few")).length;
  const { gold, predictions, run } = loop;
  const ranking = latest?.ranking ?? null;
  return (
    <ol className="loop-steps">
      <Step
        name="Labelled"
        value={formatCount(gold.settled)}
        of={`of ${plural(gold.items, "Item")} with gold`}
        act={
          <Button
            small
            disabled={gold.settled === 0 || isWorking}
            isBusy={acts.busy === "export"}
            onClick={() => void acts.exportGold()}
          >
            Export the gold
          </Button>
        }
      >
        {newest
          ? `Export of ${formatMoment(newest.created_at)}: ${newest.state === "done" ? plural(newest.images ?? 0, "image") : newest.state}${newest.reason ? `, ${newest.reason}` : ""}.`
          : "Not exported yet; detectors learn from exports only."}
      </Step>
      <Step
        name="Learnt"
        value={formatCount(trained)}
        of={`of ${plural(loop.detectors.length, "defect")} with a detector`}
        act={
          <Button
            small
            disabled={!finished || isWorking}
            isBusy={acts.busy === "train"}
            onClick={() => finished && void acts.train(finished.id)}
          >
            Train on the export
          </Button>
        }
      >
        {run
          ? `${run.state === "done" ? `Trained on ${plural(run.records ?? 0, "image")}` : `Training ${run.state}`}, ${formatMoment(run.finished_at ?? run.created_at)}.${few ? ` Too few examples for ${few}.` : ""}${run.reason ? ` ${run.reason}` : ""}`
          : "Nothing was trained yet."}
      </Step>
      <Step
        name="Predicted"
        value={formatCount(predictions.predicted)}
        of={`of ${plural(predictions.images, "image")}`}
        act={
          <Button
            small
            disabled={
              predictions.detectors === 0 || predictions.predicted === predictions.images || isWorking
            }
            isBusy={acts.busy === "predict"}
            onClick={() => void acts.predict()}
          >
            Predict what is missing
          </Button>
        }
      >
        {predictions.last_at
          ? `By ${plural(predictions.detectors, "detector")}, last ${formatMoment(predictions.last_at)}.`
          : predictions.detectors
            ? "The detectors in use have not looked at these images yet."
            : "No detector is in use."}
      </Step>
      <Step
        name="Ranked"
        value={formatCount(ranking?.written ?? 0)}
        of={latest ? `of ${plural(latest.open_priority, "open Item")} by the last ranking` : "open Items"}
        act={
          <Button
            small
            disabled={!latest?.open_priority || isWorking}
            isBusy={acts.busy === "rank"}
            onClick={() => void acts.rank(wish)}
          >
            Rank anew
          </Button>
        }
      >
        {ranking
          ? `${strategyName(ranking.strategy)}${ranking.random_share && !["random", "fifo"].includes(ranking.strategy) ? ` with ${formatShare(ranking.random_share, 0)} random` : ""}, seed ${ranking.seed}, ${formatMoment(ranking.finished_at)}.`
          : "Not ranked yet: the queue follows the order of arrival."}
        {latest &&
          latest.open_audit > 0 &&
          ` ${plural(latest.open_audit, "audit Item")} stay as they were drawn.`}
      </Step>
    </ol>
  );
}

interface StepProps {
  name: string;
  value: string;
  of: string;
  act: ReactNode;
  children: ReactNode;
}

function Step({ name, value, of, act, children }: StepProps) {
  return (
    <li className="panel loop-step">
      <h2>{name}</h2>
      <p className="loop-number">
        <strong>{value}</strong> <span className="muted">{of}</span>
      </p>
      <p className="hint">{children}</p>
      <div className="push">{act}</div>
    </li>
  );
}
