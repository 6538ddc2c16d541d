import { useSearchParams } from "wouter";
import { Link } from "wouter";
import { Bars } from "../charts/Bars";
import { SelectField } from "../ui/fields";
import { formatCount, formatInterval, formatNumber, formatShare } from "../ui/format";
import { Panel } from "../ui/Panel";
import { EmptyState } from "../ui/States";
import { Table } from "../ui/Table";
import { ends, imagesBehind } from "./results";
import type { Results } from "./results";

const FEW = 20;

/** Generators beside each other: all failures or one defect, the trend score, and what goes with which. */
export function Generators({ results, base }: { results: Results; base: string }) {
  const [search, setSearch] = useSearchParams();
  const chosen = results.defects.find((one) => one.concept === search.get("defect"));
  const names = new Map(results.defects.map((one) => [one.concept, one.name]));
  const scores = new Map(results.score.by_generator.map((one) => [one.generator, one]));
  const choose = (value: string) =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before);
        if (value) next.set("defect", value);
        else next.delete("defect");
        return next;
      },
      { replace: true },
    );
  const rows = chosen
    ? chosen.by_generator.map((one) => ({ generator: one.generator, rate: one.rate }))
    : results.generators.map((one) => ({ generator: one.generator, rate: one.failing }));
  const sorted = [...rows].sort((a, b) => (b.rate.share ?? -1) - (a.rate.share ?? -1));
  const worst = sorted.find((one) => one.rate.share !== null);
  const sure = results.associations.filter((one) => one.adjusted_p < 0.05);
  if (results.generators.length === 0) return null;
  return (
    <>
      <Panel title="By generator" aside={<span className="muted">In the queue</span>}>
        <div className="stack">
          <SelectField
            label="What fails"
            value={chosen?.concept ?? ""}
            options={[
              { value: "", label: "Anything (verdict worse than accept)" },
              ...results.defects.map((one) => ({ value: one.concept, label: one.name })),
            ]}
            onChange={choose}
          />
          <Bars
            level={3}
            title={chosen ? `${chosen.name} by generator` : "Images that cannot be used as they are"}
            finding={
              worst
                ? `${worst.generator} fails most often: ${formatShare(worst.rate.share)} of ${formatCount(worst.rate.n)} images.`
                : "Nothing assessed yet."
            }
            rowLabel="Generator"
            valueLabel="Share of images"
            nLabel="Images"
            rows={sorted.map(({ generator, rate }) => ({
              key: generator,
              label: generator,
              value: rate.share,
              interval: ends(rate.interval),
              n: rate.count,
              isWeak: rate.n < FEW,
              reason: rate.n === 0 ? "nothing assessed" : rate.n < FEW ? `only ${rate.n} images` : null,
              href: imagesBehind(
                base,
                chosen
                  ? { defect: chosen.concept, value: "present", generator }
                  : { failing: true, generator },
              ),
            }))}
          />
          <Table
            caption="Trend score by generator"
            rows={results.generators}
            rowKey={(one) => one.generator}
            columns={[
              { key: "name", head: "Generator", isRowHead: true, cell: (one) => one.generator },
              {
                key: "images",
                head: "Images",
                numeric: true,
                cell: (one) => (
                  <Link href={imagesBehind(base, { generator: one.generator })}>
                    {formatCount(one.images)}
                  </Link>
                ),
              },
              {
                key: "score",
                head: "Trend score (95 %)",
                numeric: true,
                cell: (one) => {
                  const score = scores.get(one.generator);
                  const interval = ends(score?.interval);
                  return score?.mean == null
                    ? "–"
                    : `${formatNumber(score.mean)}${interval ? ` (${formatInterval(interval)})` : ""}, n = ${formatCount(score.n)}`;
                },
              },
            ]}
          />
        </div>
      </Panel>
      <Panel
        title="Which defect goes with which generator"
        aside={<span className="muted">Fisher&apos;s exact test, adjusted by Benjamini-Hochberg</span>}
        flush
      >
        <Table
          caption="Defects that one generator shows more or less often than the others"
          hideCaption
          rows={sure.slice(0, 30)}
          rowKey={(one) => `${one.concept} ${one.generator}`}
          empty={
            <EmptyState title="No generator stands out">
              {results.associations.length > 0
                ? `${formatCount(results.associations.length)} pairs were tested; none has an adjusted p below 0.05.`
                : "It takes two generators and a defect that some images show."}
            </EmptyState>
          }
          columns={[
            {
              key: "defect",
              head: "Defect",
              isRowHead: true,
              cell: (one) => names.get(one.concept) ?? one.concept,
            },
            { key: "generator", head: "Generator", cell: (one) => one.generator },
            {
              key: "inside",
              head: "Here",
              numeric: true,
              cell: (one) => (
                <Link
                  href={imagesBehind(base, {
                    defect: one.concept,
                    value: "present",
                    generator: one.generator,
                  })}
                >
                  {formatShare(one.inside.share)} ({formatCount(one.inside.count)} of{" "}
                  {formatCount(one.inside.n)})
                </Link>
              ),
            },
            {
              key: "outside",
              head: "Elsewhere",
              numeric: true,
              cell: (one) =>
                `${formatShare(one.outside.share)} (${formatCount(one.outside.count)} of ${formatCount(one.outside.n)})`,
            },
            {
              key: "odds",
              head: "Odds ratio",
              numeric: true,
              cell: (one) => (one.odds_ratio === null ? "not defined" : formatNumber(one.odds_ratio, 1)),
            },
            {
              key: "p",
              head: "Adjusted p",
              numeric: true,
              cell: (one) => (one.adjusted_p < 0.001 ? "< 0.001" : formatNumber(one.adjusted_p, 3)),
            },
          ]}
        />
      </Panel>
    </>
  );
}
