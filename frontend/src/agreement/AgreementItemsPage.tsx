import { useInfiniteQuery } from "@tanstack/react-query";
import { useParams, useSearchParams } from "wouter";
import { api } from "../api/client";
import { keys } from "../api/keys";
import type { components } from "../api/schema";
import { Button } from "../ui/Button";
import { formatCount } from "../ui/format";
import { PageHeader } from "../ui/PageHeader";
import { EmptyState, ErrorState, Skeleton } from "../ui/States";
import { MarkGallery } from "./MarkGallery";

type ItemPage = components["schemas"]["MarkedItemPage"];

/** The images behind a number of the agreement report, the biggest split first. */
export default function AgreementItemsPage() {
  const { project = "", campaign = "" } = useParams<{ project: string; campaign: string }>();
  const [search] = useSearchParams();
  const choice = Object.fromEntries(search);
  const home = `/projects/${project}/campaigns/${campaign}/agreement`;
  const query = useInfiniteQuery({
    queryKey: keys.campaign(campaign, "agreement-items", search.toString()),
    queryFn: ({ signal, pageParam }) =>
      api.get<ItemPage>(`/campaigns/${campaign}/agreement/items`, {
        signal,
        query: { ...choice, cursor: pageParam },
      }),
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
        tab="Images behind the agreement"
        crumbs={[{ label: "Agreement", href: home }, { label: "Images" }]}
        lead={
          first &&
          `${first.sentence} The biggest disagreement comes first; one colour for each reviewer, dashed where unsure.`
        }
      />
      {query.error && !first && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Skeleton label="Loading images" shape="tiles" lines={8} />}
      {first?.total === 0 && (
        <EmptyState title="No image fits">
          The number that led here is 0, or answers have changed since it was computed.
        </EmptyState>
      )}
      {first && rows.length > 0 && (
        <MarkGallery
          label={first.sentence}
          rows={rows}
          concept={concept}
          conceptNames={first.concept_names}
          levelNames={first.level_names}
          caption={(row) => (
            <>
              <strong>
                {row.marked} of {row.assessed} marked it
              </strong>
              <span className="muted clip">{row.name}</span>
            </>
          )}
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
