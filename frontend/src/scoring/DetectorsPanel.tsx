import { useState } from "react";
import { ForestPlot, type ForestRow } from "../charts/ForestPlot";
import { LineBand } from "../charts/LineBand";
import { Badge, Notice } from "../ui/Badge";
import { Button } from "../ui/Button";
import { SelectField } from "../ui/fields";
import { formatCount, formatInterval, formatNumber, plural } from "../ui/format";
import { Panel } from "../ui/Panel";
import { EmptyState } from "../ui/States";
import { Table, type Column } from "../ui/Table";
import { Blindness } from "./Blindness";
import {
  bestEvaluation,
  figureReason,
  intervalOf,
  missingReason,
  shownDetector,
  waitingDetector,
} from "./figures";
import type { AskedDefect, CampaignDetectors, Figure } from "./types";
import type { Acts } from "./useScoring";

const WEAK_POSITIVES = 20;

/** Every defect with its detector, its figures beside people and the generator's name, or why there is none. */
export function DetectorsPanel({ loop, acts }: { loop: CampaignDetectors; acts: Acts }) {
  const rows = loop.detectors;
  if (!loop.run && rows.every((row) => !row.champion)) {
    return (
      <Panel title="Detectors">
        <EmptyState title="Nothing was learnt yet">
          {`A defect needs ${rows[0]?.positives_needed ?? 8} images with it and as many without among the gold labels. Most so far: ${plural(Math.max(0, ...rows.map((row) => row.gold_present)), "image")} with one defect.`}
        </EmptyState>
        <Blindness />
      </Panel>
    );
  }
  return (
    <Panel title="Detectors">
      <div className="stack">
        <Blindness />
        <AurocPlot rows={rows} />
        <p className="hint">
          On held-out images, each with its 95 % interval. AP: average precision; ECE: calibration error. One
          person: how well a single reviewer meets the majority of the others (balanced accuracy). Generator:
          AUROC of knowing only which generator made the image; a detector that is no better has learnt no
          more.
        </p>
        <Table
          caption="Detectors by defect"
          columns={columnsWith(acts)}
          rows={rows}
          rowKey={(row) => row.defect}
        />
        <Waiting rows={rows} acts={acts} />
        <Reliability rows={rows.filter((row) => bestEvaluation(shownDetector(row)))} />
      </div>
    </Panel>
  );
}

function AurocPlot({ rows }: { rows: readonly AskedDefect[] }) {
  const points = rows.map(forestRow);
  const known = points.filter((row) => row.value !== null);
  const better = known.filter((row) => row.interval && row.interval[0] > 0.5).length;
  return (
    <ForestPlot
      title="How well detectors rank held-out images"
      level={3}
      finding={`${better} of ${plural(known.length, "detector")} surely ${better === 1 ? "ranks" : "rank"} better than chance; ${plural(points.length - known.length, "defect")} without a detector.`}
      rows={points}
      rowLabel="Defect"
      valueLabel="AUROC"
      nLabel="Images"
      domain={[0, 1]}
      references={[{ at: 0.5, label: "chance" }]}
    />
  );
}

function forestRow(row: AskedDefect): ForestRow {
  const found = bestEvaluation(shownDetector(row));
  const auroc = found?.evaluation.auroc;
  return {
    key: row.defect,
    label: row.name,
    value: auroc?.value ?? null,
    interval: auroc ? intervalOf(auroc) : null,
    n: auroc?.n ?? null,
    isWeak: (auroc?.positives ?? 0) < WEAK_POSITIVES,
    reason: auroc ? figureReason(auroc) : (missingReason(row)?.split(" (")[0] ?? null),
  };
}

function columnsWith(acts: Acts): Column<AskedDefect>[] {
  const figure = (key: string, head: string, pick: (row: AskedDefect) => Figure | null | undefined) => ({
    key,
    head,
    numeric: true,
    cell: (row: AskedDefect) => <FigureCell figure={pick(row)} />,
  });
  const held = (row: AskedDefect) => bestEvaluation(shownDetector(row))?.evaluation;
  return [
    {
      key: "name",
      head: "Defect",
      isRowHead: true,
      cell: (row) => (
        <>
          {row.name} <span className="muted">{row.code}</span>
        </>
      ),
    },
    {
      key: "state",
      head: "Detector",
      className: "detector-state",
      cell: (row) => {
        const reason = missingReason(row);
        const basis = bestEvaluation(shownDetector(row))?.basis;
        if (reason) return <span className="muted">{reason}</span>;
        return (
          <>
            <Badge tone="ok">in use</Badge> <span className="hint">{basis}</span>
          </>
        );
      },
    },
    {
      key: "gold",
      head: "With / without",
      numeric: true,
      cell: (row) => {
        const shown = shownDetector(row);
        return shown ? `${formatCount(shown.positives)} / ${formatCount(shown.negatives)}` : "–";
      },
    },
    figure("auroc", "AUROC", (row) => held(row)?.auroc),
    figure("ap", "AP", (row) => held(row)?.average_precision),
    figure("f1", "F1", (row) => held(row)?.f1),
    {
      key: "ece",
      head: "ECE",
      numeric: true,
      cell: (row) => formatNumber(held(row)?.calibration_error),
    },
    figure("people", "One person", (row) => shownDetector(row)?.human_ceiling?.balanced_accuracy),
    figure("generator", "Generator", (row) => shownDetector(row)?.generator_baseline),
    {
      key: "act",
      head: <span className="visually-hidden">Actions</span>,
      cell: (row) => {
        const waiting = waitingDetector(row);
        return (
          waiting && (
            <Button
              small
              aria-label={`Use the newer detector of ${row.name}`}
              onClick={() => void acts.use(waiting.id)}
            >
              Use the newer
            </Button>
          )
        );
      },
    },
  ];
}

function FigureCell({ figure }: { figure: Figure | null | undefined }) {
  if (!figure) return <>–</>;
  const interval = intervalOf(figure);
  if (figure.value === null) return <span className="hint">{figureReason(figure)}</span>;
  return (
    <span className="figure">
      <strong>{formatNumber(figure.value)}</strong>
      <span className="hint">{interval ? formatInterval(interval, formatNumber) : figureReason(figure)}</span>
      <span className="hint">{`n = ${formatCount(figure.n)}`}</span>
    </span>
  );
}

function Waiting({ rows, acts }: { rows: readonly AskedDefect[]; acts: Acts }) {
  const waiting = rows.filter((row) => waitingDetector(row));
  if (waiting.length === 0) return null;
  return (
    <Notice tone="warn" title={`${plural(waiting.length, "newer detector")} not in use`}>
      <ul>
        {waiting.map((row) => (
          <li key={row.defect}>{`${row.name}: ${waitingDetector(row)?.comparison?.reason ?? ""}`}</li>
        ))}
      </ul>
      <div className="row">
        <Button
          small
          isBusy={acts.busy === "use"}
          onClick={() => {
            for (const row of waiting) void acts.use(waitingDetector(row)?.id ?? "");
          }}
        >
          Use all of them
        </Button>
      </div>
    </Notice>
  );
}

function Reliability({ rows }: { rows: readonly AskedDefect[] }) {
  const [chosen, setChosen] = useState<string | null>(null);
  const row = rows.find((one) => one.defect === chosen) ?? rows[0];
  const found = row && bestEvaluation(shownDetector(row));
  if (!row || !found) return null;
  const { reliability, calibration_error: error } = found.evaluation;
  return (
    <div className="stack tight">
      <SelectField
        label="Calibration of"
        options={rows.map((one) => ({ value: one.defect, label: one.name }))}
        value={row.defect}
        onChange={setChosen}
      />
      <LineBand
        title={`Does ${row.name} mean what it says?`}
        level={3}
        finding={`Predicted and observed shares lie ${formatNumber(error)} apart on average over ${plural(reliability.length, "bin")} (${found.basis}).`}
        xLabel="Predicted probability"
        yLabel="Share that has the defect"
        yDomain={[0, 1]}
        height={260}
        formatX={(value) => formatNumber(value)}
        series={[
          {
            key: "observed",
            label: "observed",
            points: reliability.map((bin) => ({ x: bin.predicted, y: bin.observed, n: bin.n })),
          },
          {
            key: "ideal",
            label: "ideal",
            isDashed: true,
            points: [
              { x: 0, y: 0 },
              { x: 1, y: 1 },
            ],
          },
        ]}
      />
    </div>
  );
}
