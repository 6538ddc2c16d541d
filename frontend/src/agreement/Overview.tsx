import { Link } from "wouter";
import { ForestPlot } from "../charts/ForestPlot";
import { Badge, type Tone } from "../ui/Badge";
import { formatCount, formatNumber, formatShare } from "../ui/format";
import { Panel } from "../ui/Panel";
import { Table, type Column } from "../ui/Table";
import { ends, imagesBehind, linesOf, writtenWithEnds } from "./figures";
import type { Defect, Filters, Line, Report, Sampling } from "./figures";

interface OverviewProps {
  report: Report;
  base: string;
  filters: Filters;
  sampling: Sampling;
}

const GATES: Record<Defect["gate"]["state"], { word: string; tone: Tone }> = {
  go: { word: "go", tone: "ok" },
  provisional: { word: "provisional", tone: "neutral" },
  fail: { word: "fail", tone: "warn" },
};

/** The forest of kappas, weakest first, and the table with all columns. */
export function Overview({ report, base, filters, sampling }: OverviewProps) {
  const lines = linesOf(report, sampling);
  const defects = new Map(report.defects.map((one) => [one.concept, one]));
  const onlyRatings = report.defects.length === 0;
  const behind = (line: Line) =>
    imagesBehind(base, filters, {
      defect: line.key,
      pattern: line.pattern,
      production: sampling === "production",
    });
  return (
    <div className="stack">
      <ForestPlot
        title={onlyRatings ? "Weighted kappa of each category" : "Kappa of each defect"}
        finding={
          sampling === "queue"
            ? gateSentence(lines)
            : "Weakest first, on the images that stand for all. The gate is judged on the whole queue."
        }
        rowLabel={onlyRatings ? "Category" : "Defect"}
        valueLabel={onlyRatings ? "Weighted kappa" : "Kappa"}
        nLabel={onlyRatings ? "Images" : "Positives"}
        domain={[-0.2, 1]}
        references={[
          { at: 0.667, label: "tentative" },
          { at: 0.8, label: "reliable" },
        ]}
        columns={[
          {
            key: "prevalence",
            head: "Prevalence",
            text: (row) => formatShare(statisticsOf(defects.get(row.key), sampling)?.prevalence.value),
          },
        ]}
        rows={lines.map((line) => ({
          key: line.key,
          label: line.name,
          value: line.kappa?.value ?? null,
          interval: ends(line.kappa?.interval),
          n: line.n,
          isWeak: line.isWeak,
          reason: line.reason,
          href: behind(line),
        }))}
      />
      {report.defects.length > 0 && (
        <Panel
          title="All figures"
          aside={<span className="muted">Every number leads to its images</span>}
          flush
        >
          <div className="figures-table">
            <Table
              caption="All figures of each defect"
              hideCaption
              columns={columnsOf(defects, base, filters, sampling).filter(
                (column) => sampling === "queue" || column.key !== "gate",
              )}
              rows={lines.filter((line) => defects.has(line.key))}
              rowKey={(line) => line.key}
            />
          </div>
        </Panel>
      )}
      {sampling === "queue" && report.defects.length > 0 && (
        <WhatToDo lines={lines} defects={defects} report={report} />
      )}
      {report.ratings.length > 0 && <RatingTable report={report} base={base} filters={filters} />}
    </div>
  );
}

function gateSentence(lines: readonly Line[]): string {
  const count = (state: Line["gate"]["state"]) => lines.filter((line) => line.gate.state === state).length;
  return `Weakest first. ${count("go")} of ${lines.length} pass the gate of 0.60, ${count("fail")} fail it, ${count("provisional")} have too little data or lie too close to tell.`;
}

interface WhatToDoProps {
  lines: readonly Line[];
  defects: Map<string, Defect>;
  report: Report;
}

/** One suggestion for each defect, the weakest first. */
function WhatToDo({ lines, defects, report }: WhatToDoProps) {
  const names = new Map(report.raters.map((one) => [one.id, one.pseudonym]));
  return (
    <Panel title="What to do" flush>
      <Table
        caption="What the figures suggest"
        hideCaption
        rows={lines.filter((line) => defects.has(line.key))}
        rowKey={(line) => line.key}
        columns={[
          { key: "name", head: "Defect", isRowHead: true, cell: (line) => line.name },
          {
            key: "action",
            head: "Suggestion",
            cell: (line) => {
              const action = defects.get(line.key)?.action;
              const people = (action?.raters ?? []).map((id) => names.get(id) ?? id).join(", ");
              return people ? `${action?.text} (${people})` : action?.text;
            },
          },
          {
            key: "gate",
            head: "Gate",
            cell: (line) => (
              <>
                {line.gate.text}
                {line.gate.more_images
                  ? ` About ${formatCount(line.gate.more_images)} more images would tell.`
                  : ""}
              </>
            ),
          },
        ]}
      />
    </Panel>
  );
}

function statisticsOf(defect: Defect | undefined, sampling: Sampling) {
  return sampling === "queue" ? defect?.statistics : defect?.production?.statistics;
}

function columnsOf(
  defects: Map<string, Defect>,
  base: string,
  filters: Filters,
  sampling: Sampling,
): Column<Line>[] {
  const of = (line: Line) => defects.get(line.key);
  const link = (line: Line, pattern: string, count: number | undefined) => (
    <Link
      href={imagesBehind(base, filters, { defect: line.key, pattern, production: sampling === "production" })}
    >
      {formatCount(count)}
    </Link>
  );
  const statistic = (
    key: string,
    head: string,
    read: (line: Line) => number | null | undefined,
    write: (value: number | null | undefined) => string = (value) => formatNumber(value),
  ): Column<Line> => ({ key, head, numeric: true, cell: (line) => write(read(line)) });
  const share = (value: number | null | undefined) => formatShare(value);
  const counts: Column<Line>[] =
    sampling === "queue"
      ? [
          {
            key: "rated",
            head: "Images",
            numeric: true,
            cell: (line) => link(line, "rated", of(line)?.counts.rated),
          },
          {
            key: "pairable",
            head: "With two answers",
            numeric: true,
            cell: (line) => link(line, "pairable", of(line)?.counts.pairable),
          },
          {
            key: "disagreement",
            head: "Split",
            numeric: true,
            cell: (line) => link(line, "disagreement", of(line)?.counts.disagreement),
          },
        ]
      : [
          {
            key: "pairable",
            head: "With two answers",
            numeric: true,
            cell: (line) => link(line, "pairable", of(line)?.production?.items_pairable),
          },
          statistic(
            "effective",
            "Effective n",
            (line) => of(line)?.production?.effective_items,
            (value) => formatNumber(value, 0),
          ),
        ];
  return [
    {
      key: "name",
      head: "Defect",
      isRowHead: true,
      cell: (line) => (
        <>
          {line.name} <span className="muted mono">{line.code}</span>
        </>
      ),
    },
    {
      key: "gate",
      head: "Gate .60",
      cell: (line) => (
        <span title={line.gate.text}>
          <Badge tone={GATES[line.gate.state].tone}>{GATES[line.gate.state].word}</Badge>
        </span>
      ),
    },
    {
      key: "kappa",
      head: "Kappa (95 %)",
      cell: (line) =>
        line.kappa?.value == null ? (
          <span className="muted">{line.reason}</span>
        ) : (
          <span className="kappa">{writtenWithEnds(line.kappa)}</span>
        ),
    },
    statistic("alpha", "Alpha", (line) => statisticsOf(of(line), sampling)?.alpha.value),
    statistic("ac1", "AC1", (line) => statisticsOf(of(line), sampling)?.ac1.value),
    statistic(
      "prevalence",
      "Prevalence",
      (line) => statisticsOf(of(line), sampling)?.prevalence.value,
      share,
    ),
    statistic(
      "percent",
      "Agreement",
      (line) => statisticsOf(of(line), sampling)?.percent_agreement.value,
      share,
    ),
    statistic(
      "positive",
      "Positive agreement",
      (line) => statisticsOf(of(line), sampling)?.positive_agreement.value,
      share,
    ),
    ...counts,
    { key: "marked", head: "Positives", numeric: true, cell: (line) => link(line, "marked", line.n) },
  ];
}

function RatingTable({ report, base, filters }: Omit<OverviewProps, "sampling">) {
  return (
    <Panel title="Scores" aside={<span className="muted">Among all who gave a score</span>} flush>
      <Table
        caption="Agreement on scores"
        hideCaption
        rows={report.ratings}
        rowKey={(one) => one.concept}
        columns={[
          { key: "name", head: "Category", isRowHead: true, cell: (one) => one.name },
          {
            key: "gate",
            head: "Gate .60",
            cell: (one) => <Badge tone={GATES[one.gate.state].tone}>{GATES[one.gate.state].word}</Badge>,
          },
          {
            key: "kappa",
            head: "Quadratic weighted kappa",
            cell: (one) => writtenWithEnds(one.severity.kappa),
          },
          { key: "alpha", head: "Ordinal alpha", cell: (one) => writtenWithEnds(one.severity.alpha) },
          {
            key: "images",
            head: "With two scores",
            numeric: true,
            cell: (one) => (
              <Link href={imagesBehind(base, filters, { defect: one.concept, pattern: "pairable" })}>
                {formatCount(one.counts.pairable)}
              </Link>
            ),
          },
          { key: "note", head: "Remark", cell: (one) => one.gate.text },
        ]}
      />
    </Panel>
  );
}
