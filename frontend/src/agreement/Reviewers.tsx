import { Matrix } from "../charts/Matrix";
import { SelectField } from "../ui/fields";
import { formatCount, formatNumber, formatShare } from "../ui/format";
import { Panel } from "../ui/Panel";
import { EmptyState } from "../ui/States";
import { Table } from "../ui/Table";
import { imagesBehind, linesOf } from "./figures";
import type { Filters, Report } from "./figures";

interface ReviewersProps {
  report: Report;
  base: string;
  filters: Filters;
  chosen: string | null;
  onChoose: (concept: string) => void;
}

/** Pairs of reviewers on one defect, and each of them against the others. */
export function Reviewers({ report, base, filters, chosen, onChoose }: ReviewersProps) {
  const order = linesOf(report, "queue").filter((line) => line.pattern === "marked");
  const defect = report.defects.find((one) => one.concept === chosen) ?? byKey(report, order[0]?.key);
  if (!defect || defect.pairs.length === 0) {
    return (
      <EmptyState title="No pairs of reviewers">
        {report.defects.length === 0
          ? "Categories are rated here: how far each reviewer's scores lie from the others' stands under Levels."
          : "Two people have to answer the same images first."}
      </EmptyState>
    );
  }
  const names = new Map(report.raters.map((one) => [one.id, one.pseudonym]));
  const axis = defect.by_rater.map((one) => ({ key: one.rater, label: names.get(one.rater) ?? one.rater }));
  const known = defect.pairs.filter((pair) => pair.kappa !== null);
  const worst = known.reduce<(typeof known)[number] | null>(
    (least, pair) => (least === null || (pair.kappa ?? 1) < (least.kappa ?? 1) ? pair : least),
    null,
  );
  return (
    <div className="stack">
      <SelectField
        label="Defect"
        value={defect.concept}
        options={order.map((line) => ({ value: line.key, label: line.name }))}
        onChange={onChoose}
      />
      <Matrix
        title={`Reviewer by reviewer: ${defect.name}`}
        finding={
          worst
            ? `${names.get(worst.first)} and ${names.get(worst.second)} agree least (kappa ${formatNumber(worst.kappa)}, n = ${formatCount(worst.items)} common images).`
            : "No pair has a kappa yet: their common images show no variation."
        }
        rows={axis}
        columns={axis}
        rowLabel="reviewer"
        columnLabel="reviewer"
        valueLabel="Cohen's kappa and the number of common images"
        domain={[0, 1]}
        cells={defect.pairs.flatMap((pair) =>
          [
            [pair.first, pair.second],
            [pair.second, pair.first],
          ].map(([row = "", column = ""]) => ({
            row,
            column,
            value: pair.kappa,
            n: pair.items,
            isWeak: pair.few,
            reason:
              pair.kappa === null
                ? "no variation on their common images"
                : pair.few
                  ? "fewer than 30 images"
                  : null,
            href: imagesBehind(base, filters, {
              defect: defect.concept,
              pattern: "pairable",
              rater_a: pair.first,
              rater_b: pair.second,
            }),
          })),
        )}
      />
      <Panel title="Each reviewer against the others" flush>
        <Table
          caption={`Reviewers on ${defect.name}`}
          hideCaption
          rows={defect.by_rater}
          rowKey={(one) => one.rater}
          columns={[
            {
              key: "name",
              head: "Reviewer",
              isRowHead: true,
              cell: (one) => names.get(one.rater) ?? one.rater,
            },
            { key: "n", head: "Answers", numeric: true, cell: (one) => formatCount(one.ratings) },
            { key: "rate", head: "Marks it in", numeric: true, cell: (one) => formatShare(one.rate) },
            {
              key: "others",
              head: "Others on the same images",
              numeric: true,
              cell: (one) => formatShare(one.rate_of_others),
            },
            {
              key: "without",
              head: "Kappa without",
              numeric: true,
              cell: (one) => formatNumber(one.kappa_without),
            },
          ]}
        />
      </Panel>
    </div>
  );
}

function byKey(report: Report, key: string | undefined) {
  return report.defects.find((one) => one.concept === key);
}
