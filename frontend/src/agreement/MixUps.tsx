import { Link } from "wouter";
import { Matrix } from "../charts/Matrix";
import { formatCount, formatNumber, formatShare } from "../ui/format";
import { Panel } from "../ui/Panel";
import { EmptyState } from "../ui/States";
import { Table } from "../ui/Table";
import { imagesBehind } from "./figures";
import type { Filters, Report } from "./figures";

const MOST = 15;

interface MixUpsProps {
  report: Report;
  base: string;
  filters: Filters;
}

/** Which defects are taken for one another, and which come together in one answer. */
export function MixUps({ report, base, filters }: MixUpsProps) {
  const named = new Map(report.defects.map((one) => [one.concept, one]));
  const name = (concept: string) => named.get(concept)?.name ?? concept;
  const inMatrix = report.defects.filter((one) =>
    report.confusions.some((row) => row.chosen === one.concept || row.instead === one.concept),
  );
  const worst = report.confusions[0];
  if (!worst && report.co_occurrences.length === 0) {
    return (
      <EmptyState title="No mix-ups">
        No reviewer chose one defect where another chose a different one, and no answer has two defects.
      </EmptyState>
    );
  }
  return (
    <div className="stack">
      {worst && (
        <Matrix
          title="One chose it, the other chose instead"
          finding={`Where one reviewer chose “${name(worst.chosen)}”, another chose “${name(worst.instead)}” instead in ${formatShare(worst.share)} of ${formatCount(worst.chances)} comparisons: the most frequent swap.`}
          rows={inMatrix.map((one) => ({ key: one.concept, label: one.name }))}
          columns={inMatrix.map((one) => ({ key: one.concept, label: one.code }))}
          rowLabel="chosen by one"
          columnLabel="chosen instead by another"
          valueLabel="share of comparisons and the number of images"
          format={(value) => formatShare(value)}
          cells={report.confusions.map((row) => ({
            row: row.chosen,
            column: row.instead,
            value: row.share,
            n: row.items,
            isWeak: row.chances < 30,
            reason: row.chances < 30 ? `only ${row.chances} comparisons` : null,
            href: imagesBehind(base, filters, { defect: row.chosen, instead: row.instead }),
          }))}
        />
      )}
      <Panel
        title="Together in one answer"
        aside={
          report.co_occurrences.length > MOST && (
            <span className="muted">
              The {MOST} most frequent of {report.co_occurrences.length} pairs
            </span>
          )
        }
        flush
      >
        <Table
          caption="Defects that occur together in one answer"
          hideCaption
          rows={report.co_occurrences.slice(0, MOST)}
          rowKey={(row) => `${row.first} ${row.second}`}
          empty={<EmptyState title="No answer has two defects" />}
          columns={[
            {
              key: "pair",
              head: "Defects",
              isRowHead: true,
              cell: (row) => `${name(row.first)} + ${name(row.second)}`,
            },
            {
              key: "joint",
              head: "Answers with both",
              numeric: true,
              cell: (row) => `${formatCount(row.joint)} of ${formatCount(row.answers)}`,
            },
            {
              key: "items",
              head: "Images",
              numeric: true,
              cell: (row) => (
                <Link href={imagesBehind(base, filters, { defect: row.first, together: row.second })}>
                  {formatCount(row.items)}
                </Link>
              ),
            },
            { key: "lift", head: "Lift", numeric: true, cell: (row) => formatNumber(row.lift, 1) },
            { key: "phi", head: "Phi", numeric: true, cell: (row) => formatNumber(row.phi) },
            {
              key: "p",
              head: "Adjusted p",
              numeric: true,
              cell: (row) =>
                row.adjusted_p !== null && row.adjusted_p < 0.001
                  ? "< 0.001"
                  : formatNumber(row.adjusted_p, 3),
            },
          ]}
        />
      </Panel>
    </div>
  );
}
