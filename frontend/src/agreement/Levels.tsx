import { Matrix } from "../charts/Matrix";
import { SelectField } from "../ui/fields";
import { formatCount, formatNumber } from "../ui/format";
import { Panel } from "../ui/Panel";
import { Stat, Stats } from "../ui/Stat";
import { EmptyState } from "../ui/States";
import { Table } from "../ui/Table";
import { ends, imagesBehind, reasonOf } from "./figures";
import type { Filters, Report } from "./figures";

interface LevelsProps {
  report: Report;
  base: string;
  filters: Filters;
  chosen: string | null;
  onChoose: (concept: string) => void;
}

/** Agreement on how bad it is, among those who both saw it. */
export function Levels({ report, base, filters, chosen, onChoose }: LevelsProps) {
  const graded = [...report.ratings, ...report.defects]
    .flatMap((one) =>
      one.severity ? [{ concept: one.concept, name: one.name, severity: one.severity }] : [],
    )
    .sort((a, b) => b.severity.items_pairable - a.severity.items_pairable);
  const one = graded.find((row) => row.concept === chosen) ?? graded[0];
  if (!one || one.severity.items_pairable === 0) {
    return (
      <EmptyState title="No levels to compare">
        Two reviewers have to mark the same defect on the same image first.
      </EmptyState>
    );
  }
  const { severity } = one;
  const why = (statistic: typeof severity.kappa) =>
    statistic.value !== null && severity.items_pairable < 50
      ? "no interval below 50 images"
      : reasonOf(statistic);
  const names = new Map(report.raters.map((rater) => [rater.id, rater.pseudonym]));
  const axis = severity.levels.map((level) => ({ key: level.key, label: level.name }));
  const pairs = severity.confusion.flat().reduce((sum, count) => sum + count, 0);
  const same = severity.confusion.reduce((sum, row, at) => sum + (row[at] ?? 0), 0);
  const [first, second] = severity.ordered ?? [];
  return (
    <div className="stack">
      <SelectField
        label="Defect or category"
        value={one.concept}
        options={graded.map((row) => ({
          value: row.concept,
          label: `${row.name} (${row.severity.items_pairable})`,
        }))}
        onChange={onChoose}
      />
      <Stats>
        <Stat
          label="Quadratic weighted kappa"
          value={severity.kappa.value}
          interval={ends(severity.kappa.interval)}
          n={severity.items_pairable}
          of="images"
          reason={why(severity.kappa)}
        />
        <Stat
          label="Ordinal alpha"
          value={severity.alpha.value}
          interval={ends(severity.alpha.interval)}
          n={severity.items_pairable}
          of="images"
          reason={why(severity.alpha)}
        />
      </Stats>
      <p className="hint">Counted on {severity.note}.</p>
      <Matrix
        title={`Level by level: ${one.name}`}
        finding={
          pairs > 0
            ? `In ${formatCount(same)} of ${formatCount(pairs)} comparisons both gave the same level.`
            : "No comparison yet."
        }
        rows={axis}
        columns={axis}
        rowLabel={first ? `level by ${names.get(first)}` : "level by one reviewer"}
        columnLabel={second ? `level by ${names.get(second)}` : "level by another"}
        valueLabel={first ? "images" : "comparisons (both ways), and the number of images"}
        domain={[0, Math.max(1, ...severity.confusion.flat())]}
        format={(value) => formatCount(value)}
        cells={severity.confusion.flatMap((row, down) =>
          row.map((count, across) => ({
            row: severity.levels[down]?.key ?? "",
            column: severity.levels[across]?.key ?? "",
            value: count,
            n: severity.confusion_items[down]?.[across] ?? null,
            href: imagesBehind(base, filters, {
              defect: one.concept,
              level: severity.levels[down]?.key,
              level_b: severity.levels[across]?.key,
              rater_a: first,
              rater_b: second,
            }),
          })),
        )}
      />
      <Panel title="Who grades higher" flush>
        <Table
          caption="Mean difference to the others"
          hideCaption
          rows={severity.signed}
          rowKey={(row) => row.rater}
          columns={[
            {
              key: "name",
              head: "Reviewer",
              isRowHead: true,
              cell: (row) => names.get(row.rater) ?? row.rater,
            },
            { key: "n", head: "Common findings", numeric: true, cell: (row) => formatCount(row.ratings) },
            {
              key: "mean",
              head: "Levels above the others",
              numeric: true,
              cell: (row) =>
                row.mean === null ? "–" : `${row.mean > 0 ? "+" : ""}${formatNumber(row.mean)}`,
            },
          ]}
        />
      </Panel>
    </div>
  );
}
