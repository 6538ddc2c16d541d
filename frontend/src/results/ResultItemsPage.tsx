import { useInfiniteQuery } from "@tanstack/react-query";
import { useParams, useSearchParams } from "wouter";
import { MarkGallery } from "../agreement/MarkGallery";
import { api } from "../api/client";
import { keys } from "../api/keys";
import type { components } from "../api/schema";
import { Badge } from "../ui/Badge";
import { Button } from "../ui/Button";
import { formatCount, formatNumber } from "../ui/format";
import { PageHeader } from "../ui/PageHeader";
import { Facts } from "../ui/Panel";
import { EmptyState, ErrorState, Skeleton } from "../ui/States";
import { VERDICT_WORDS } from "./results";

type ItemPage = components["schemas"]["ResultItemPage"];
type Row = components["schemas"]["ResultItem"];
const BASIS = { gold: "gold", partly_gold: "partly gold", majority: "majority of answers" };

/** The images behind a number of the results, the most harmful first. */
export default function ResultItemsPage() {
  const { project = "", campaign = "" } = useParams<{ project: string; campaign: string }>();
  const [search] = useSearchParams();
  const choice = Object.fromEntries(search);
  const query = useInfiniteQuery({
    queryKey: keys.campaign(campaign, "result-items", search.toString()),
    queryFn: ({ signal, pageParam }) =>
      api.get<ItemPage>(`/campaigns/${campaign}/items`, { signal, query: { ...choice, cursor: pageParam } }),
    initialPageParam: "",
    getNextPageParam: (page: ItemPage) => page.next ?? undefined,
  });
  const first = query.data?.pages[0];
  const rows = query.data?.pages.flatMap((page) => page.rows) ?? [];
  const concept = search.get("defect");
  return (
    <>
      <PageHeader
        title={(concept && first?.concept_names[concept]) || "Images"}
        tab="Images behind the results"
        crumbs={[
          { label: "Results", href: `/projects/${project}/campaigns/${campaign}/results` },
          { label: "Images" },
        ]}
        lead={first && `${first.sentence} The most harmful come first.`}
      />
      {query.error && !first && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Skeleton label="Loading images" shape="tiles" lines={8} />}
      {first?.total === 0 && (
        <EmptyState title="No image fits">
          The number that led here is 0, or answers have changed since it was computed.
        </EmptyState>
      )}
      {first && rows.length > 0 && (
        <MarkGallery<Row>
          label={first.sentence}
          rows={rows}
          concept={concept}
          conceptNames={first.concept_names}
          levelNames={first.level_names}
          caption={(row) => (
            <>
              <strong>{VERDICT_WORDS[row.verdict]}</strong>
              <span className="muted clip">{row.generator || row.name}</span>
            </>
          )}
          side={(row) => <Settled row={row} page={first} />}
        />
      )}
      {first && rows.length > 0 && (
        <p className="row">
          <span className="muted" role="status">
            {formatCount(rows.length)} of {formatCount(first.total)} images
          </span>
          {query.hasNextPage && (
            <Button onClick={() => void query.fetchNextPage()} isBusy={query.isFetchingNextPage}>
              Show more
            </Button>
          )}
        </p>
      )}
    </>
  );
}

function Settled({ row, page }: { row: Row; page: ItemPage }) {
  const name = (concept: string) => page.concept_names[concept] ?? concept;
  return (
    <>
      <Facts
        rows={[
          ["Verdict", VERDICT_WORDS[row.verdict]],
          ["Rests on", BASIS[row.basis]],
          ["Trend score", row.score === null ? "not defined" : formatNumber(row.score, 1)],
          ["Generator", row.generator],
        ]}
      />
      {row.present.length > 0 && (
        <ul>
          {row.present.map((one) => (
            <li key={one.defect}>
              {name(one.defect)}
              {one.level && `, ${page.level_names[`${one.defect}/${one.level}`] ?? one.level}`}{" "}
              {one.gold && <Badge tone="ok">gold</Badge>}
            </li>
          ))}
        </ul>
      )}
      {row.undecided.length > 0 && <p>Reviewers are split on: {row.undecided.map(name).join(", ")}.</p>}
    </>
  );
}
