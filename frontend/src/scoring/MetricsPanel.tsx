import { Badge } from "../ui/Badge";
import { Panel } from "../ui/Panel";
import { EmptyState } from "../ui/States";
import { Table, type Column } from "../ui/Table";
import { Histogram } from "./Histogram";
import type { Metric, ProjectScoring } from "./types";

const TAGS: readonly { tag: Metric["tag"]; title: string }[] = [
  { tag: "technical", title: "Technical quality" },
  { tag: "aesthetic", title: "Aesthetics" },
  { tag: "alignment", title: "Alignment with the prompt" },
];

const COLUMNS: Column<Metric>[] = [
  { key: "name", head: "Metric", isRowHead: true, cell: (metric) => metric.name },
  { key: "tag", head: "Speaks about", cell: (metric) => metric.tag },
  { key: "why", head: "Why not", cell: (metric) => metric.reason },
];

/** How each metric is distributed, by what it speaks about; never averaged. */
export function MetricsPanel({ scoring }: { scoring: ProjectScoring }) {
  const shown = scoring.metrics.filter((metric) => metric.distribution && metric.distribution.n > 0);
  const unavailable = scoring.metrics.filter((metric) => metric.status !== "ok");
  return (
    <>
      {TAGS.map(({ tag, title }) => {
        const metrics = shown.filter((metric) => metric.tag === tag);
        if (metrics.length === 0) return null;
        return (
          <Panel key={tag} title={title} aside={<Badge>{`${metrics.length} metrics`}</Badge>}>
            <div className="grid histograms">
              {metrics.map((metric) => (
                <Histogram key={metric.name} metric={metric} />
              ))}
            </div>
          </Panel>
        );
      })}
      {shown.length === 0 && (
        <EmptyState title="Nothing is scored yet">
          Each image gets its metrics and its feature vector in the background after it came in.
        </EmptyState>
      )}
      {unavailable.length > 0 && (
        <details className="panel">
          <summary>{`${unavailable.length} more metrics cannot run in this installation`}</summary>
          <Table
            caption="Metrics that cannot run here"
            hideCaption
            columns={COLUMNS}
            rows={unavailable}
            rowKey={(metric) => metric.name}
          />
        </details>
      )}
    </>
  );
}
