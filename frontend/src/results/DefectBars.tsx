import { Link } from "wouter";
import { Bars } from "../charts/Bars";
import { formatCount, formatShare } from "../ui/format";
import { Panel } from "../ui/Panel";
import { ends, rateOf } from "./results";
import type { DefectResult, Results, Sampling } from "./results";

interface DefectBarsProps {
  results: Results;
  sampling: Sampling;
  behind: (choice: Record<string, string | boolean | null | undefined>) => string;
}

/** One block for each dimension, the defects by share, each bar in its levels. */
export function DefectBars({ results, sampling, behind }: DefectBarsProps) {
  const highs = results.defects.map((one) => rateOf(one, sampling)?.interval?.[1] ?? 0);
  const max = Math.min(1, Math.max(0.05, ...highs));
  return (
    <Panel
      title="How often what fails"
      aside={<span className="muted">Share of assessed images, 95 % interval; all bars on one scale</span>}
    >
      <div className="stack loose">
        {results.dimensions.map((dimension) => {
          const rows = results.defects
            .filter((one) => one.dimension === dimension.id)
            .sort((a, b) => (rateOf(b, sampling)?.share ?? -1) - (rateOf(a, sampling)?.share ?? -1));
          const rate = rateOf(dimension, sampling);
          const levels = levelsOf(rows);
          return (
            <Bars
              key={dimension.id}
              level={3}
              title={dimension.name}
              finding={
                rate?.share == null ? (
                  "Not assessed."
                ) : (
                  <>
                    <Link href={behind({ dimension: dimension.id, value: "present" })}>
                      {formatCount(rate.count)}
                    </Link>{" "}
                    of {formatCount(rate.n)} images have a defect of this dimension ({formatShare(rate.share)}
                    ).
                  </>
                )
              }
              rowLabel="Defect"
              valueLabel="Share of images"
              nLabel="Images"
              max={max}
              {...(sampling === "queue" && levels && { parts: levels })}
              rows={rows.map((one) => {
                const found = rateOf(one, sampling);
                return {
                  key: one.concept,
                  label: one.name,
                  value: found?.share ?? null,
                  interval: ends(found?.interval),
                  n: found?.count ?? null,
                  reason: found ? (found.n === 0 ? "nothing assessed" : null) : "not available",
                  href: behind({ defect: one.concept, value: "present" }),
                  ...(sampling === "queue" && levels && { parts: partsOf(one) }),
                };
              })}
            />
          );
        })}
      </div>
    </Panel>
  );
}

/** The levels that the bars are made of; null where the defects are graded on different scales. */
function levelsOf(rows: readonly DefectResult[]) {
  const first = failing(rows[0]);
  const same = rows.every((one) => keysOf(failing(one)) === keysOf(first));
  return same && first.length > 1 ? first.map((level) => ({ key: level.key, label: level.name })) : null;
}

const keysOf = (levels: DefectResult["levels"]) => levels.map((level) => level.key).join(" ");

/** On a rating scale only scores that ask for something to be done are part of the bar. */
function failing(one: DefectResult | undefined): DefectResult["levels"] {
  if (!one) return [];
  return one.kind === "rating" ? one.levels.filter((level) => level.action !== "accept") : one.levels;
}

function partsOf(one: DefectResult): Record<string, number> {
  return Object.fromEntries(failing(one).map((level) => [level.key, level.rate.share ?? 0]));
}
