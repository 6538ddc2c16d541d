import { useQuery } from "@tanstack/react-query";
import { api } from "../api/client";
import { keys } from "../api/keys";
import { Text } from "../taxonomy/Named";
import { Notice } from "../ui/Badge";
import { formatCount, plural } from "../ui/format";
import { Panel } from "../ui/Panel";
import { Loaded } from "../ui/States";
import { Table } from "../ui/Table";
import type { DraftImpact } from "./document";

/** What would become of every finding made under the version before. */
export function DryRun({ slug, etag }: { slug: string; etag: string }) {
  const query = useQuery({
    queryKey: keys.taxonomy(slug, "impact", etag),
    queryFn: ({ signal }) => api.get<DraftImpact>(`/taxonomies/${slug}/draft/impact`, { signal }),
  });
  return (
    <Panel title="Dry run on the findings">
      <Loaded query={query} label="Counting the findings">
        {(impact) => (
          <div className="stack">
            <p>
              {plural(impact.findings, "finding")} in {plural(impact.campaigns, "campaign")} on{" "}
              {impact.from_version ?? "no version"}:{" "}
              <strong>
                {(["carried", "mapped", "queued", "archived"] as const)
                  .map((name) => `${formatCount(impact.outcomes[name])} ${name}`)
                  .join(", ")}
              </strong>
              .
            </p>
            {impact.assumed_operations > 0 && (
              <Notice tone="warn">
                Counted as if {plural(impact.assumed_operations, "proposal")} had been declared as they stand.
              </Notice>
            )}
            <Table
              caption="By defect of the version before"
              maxHeight="18rem"
              rows={impact.concepts}
              rowKey={(one) => one.concept.id}
              empty="No finding was made under this version."
              columns={[
                {
                  key: "concept",
                  head: "Defect",
                  isRowHead: true,
                  cell: (one) => <Text>{`${one.concept.code} ${one.concept.name}`}</Text>,
                },
                {
                  key: "findings",
                  head: "Findings",
                  numeric: true,
                  cell: (one) => formatCount(one.findings),
                },
                { key: "items", head: "Items", numeric: true, cell: (one) => formatCount(one.items) },
                { key: "gold", head: "Gold labels", numeric: true, cell: (one) => formatCount(one.gold) },
                ...(["carried", "mapped", "queued", "archived"] as const).map((name) => ({
                  key: name,
                  head: name,
                  numeric: true,
                  cell: (one: DraftImpact["concepts"][number]) => formatCount(one.outcomes[name]),
                })),
              ]}
            />
          </div>
        )}
      </Loaded>
    </Panel>
  );
}
