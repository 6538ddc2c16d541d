import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useLocation, useParams, useSearch } from "wouter";
import { api } from "../api/client";
import { keys } from "../api/keys";
import type { components } from "../api/schema";
import { hasRole, useSignedIn } from "../api/session";
import { Badge, Notice } from "../ui/Badge";
import { Button, LinkButton } from "../ui/Button";
import { Segments } from "../ui/fields";
import { formatCount, formatMoment, formatShare, plural } from "../ui/format";
import { Gallery } from "../ui/Gallery";
import { Lightbox } from "../ui/Lightbox";
import { PageHeader } from "../ui/PageHeader";
import { Facts, Panel } from "../ui/Panel";
import { Stat, Stats } from "../ui/Stat";
import { EmptyState, ErrorState, Loaded, Skeleton } from "../ui/States";
import { Table, type Column } from "../ui/Table";
import { GoldOverlay } from "./GoldOverlay";

type Gold = components["schemas"]["CampaignGold"];
type Defect = components["schemas"]["GoldDefect"];
type Image = components["schemas"]["GoldImage"];

/** Above this share of "rule unclear" the definition itself is the problem. */
const UNCLEAR = 0.3;
const VALUES = [
  { value: "present", label: "Present" },
  { value: "absent", label: "Absent" },
  { value: "not_assessed", label: "Not assessed" },
] as const;
type Value = (typeof VALUES)[number]["value"];

/** The gold labels of a campaign: how many per defect, what they rest on, and the images behind each number. */
export default function GoldPage() {
  const { project = "", campaign = "" } = useParams<{ project: string; campaign: string }>();
  const session = useSignedIn();
  const search = new URLSearchParams(useSearch());
  const query = useQuery({
    queryKey: keys.campaign(campaign, "gold"),
    queryFn: ({ signal }) => api.get<Gold>(`/campaigns/${campaign}/gold`, { signal }),
    refetchInterval: 30_000,
  });
  const base = `/projects/${project}/campaigns/${campaign}`;
  const concept = search.get("concept");
  const value = VALUES.find((one) => one.value === search.get("value"))?.value ?? "present";
  const chosen = query.data?.defects.find(({ id }) => id === concept);
  return (
    <>
      <PageHeader
        title="Gold labels"
        crumbs={[
          { label: "Campaigns", href: `/projects/${project}/campaigns` },
          { label: query.data?.campaign ?? "Campaign" },
        ]}
        lead="The settled answer per image and defect: by the consensus rule, or by an adjudicator."
        actions={
          <>
            {hasRole(session, project, "lead") && (
              <LinkButton href={`/projects/${project}/exports?campaign=${campaign}`}>Export</LinkButton>
            )}
            <LinkButton kind="primary" href={`${base}/adjudicate`}>
              Settle disputes
            </LinkButton>
          </>
        }
      />
      <Loaded query={query} label="Counting gold labels">
        {(gold) => (
          <>
            <Numbers gold={gold} base={base} />
            {gold.consensus_rule === "single" && (
              <Notice tone="warn" title="One answer settles here">
                The rule of this campaign makes gold of a single answer; every export says so.
              </Notice>
            )}
            <Panel title="Per defect" flush>
              <Table
                caption="Gold labels per defect"
                hideCaption
                columns={columns(base)}
                rows={gold.defects}
                rowKey={(row) => row.id}
                isSelected={(row) => row.id === concept}
              />
            </Panel>
          </>
        )}
      </Loaded>
      {chosen !== undefined && (
        <Images key={`${chosen.id} ${value}`} campaign={campaign} base={base} defect={chosen} value={value} />
      )}
    </>
  );
}

function Numbers({ gold, base }: { gold: Gold; base: string }) {
  const { items, settled, at_the_desk, waiting } = gold.progress;
  return (
    <Stats>
      <Stat label="Items" value={items} format={formatCount} />
      <Stat label="Settled" value={settled} format={formatCount} n={items} of="Items" />
      <Stat
        label="At the desk"
        value={at_the_desk}
        format={formatCount}
        link={at_the_desk > 0 && <Link href={`${base}/adjudicate`}>Settle them</Link>}
      />
      <Stat label="Waiting for answers" value={waiting} format={formatCount} />
    </Stats>
  );
}

function columns(base: string): readonly Column<Defect>[] {
  const number = (row: Defect, value: Value) =>
    row[value] === 0 ? (
      <span className="muted">0</span>
    ) : (
      <Link href={`${base}/gold?concept=${row.id}&value=${value}`}>{formatCount(row[value])}</Link>
    );
  return [
    { key: "name", head: "Defect", isRowHead: true, cell: (row) => `${row.code} ${row.name}` },
    ...VALUES.map(({ value, label }) => ({
      key: value,
      head: label,
      numeric: true,
      cell: (row: Defect) => number(row, value),
    })),
    { key: "rule", head: "By the rule", numeric: true, cell: (row) => formatCount(row.by_consensus) },
    {
      key: "hand",
      head: "By an adjudicator",
      numeric: true,
      cell: (row) => formatCount(row.by_adjudication),
    },
    { key: "unclear", head: "Rule unclear", cell: (row) => <Unclear row={row} /> },
  ];
}

function Unclear({ row }: { row: Defect }) {
  if (row.by_adjudication === 0) return <span className="muted">none adjudicated</span>;
  const share = row.reasons.rule_unclear / row.by_adjudication;
  const text = `${row.reasons.rule_unclear} of ${row.by_adjudication} (${formatShare(share)})`;
  return share > UNCLEAR ? <Badge tone="warn">{text}</Badge> : text;
}

interface ImagesProps {
  campaign: string;
  base: string;
  defect: Defect;
  value: Value;
}

/** The images behind one number. */
function Images({ campaign, base, defect, value }: ImagesProps) {
  const [, go] = useLocation();
  const [open, setOpen] = useState<number | null>(null);
  const query = useInfiniteQuery({
    queryKey: keys.campaign(campaign, "gold", defect.id, value),
    initialPageParam: "",
    queryFn: ({ signal, pageParam }) =>
      api.get<Gold>(`/campaigns/${campaign}/gold`, {
        signal,
        query: { concept: defect.id, value, limit: 60, ...(pageParam === "" ? {} : { cursor: pageParam }) },
      }),
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const rows = query.data?.pages.flatMap((page) => page.rows) ?? [];
  const shown = open === null ? undefined : rows[open];
  return (
    <Panel title={`${defect.name}: ${plural(defect[value], "image")}`}>
      <div className="stack">
        <Segments
          label="Value"
          options={VALUES}
          value={value}
          onChange={(next) => go(`${base}/gold?concept=${defect.id}&value=${next}`)}
        />
        {query.error !== null && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
        {query.isPending && <Skeleton label="Loading images" shape="tiles" />}
        {query.isSuccess && rows.length === 0 && <EmptyState title="No image has this gold label" />}
        <Gallery
          label={`Images: ${defect.name}`}
          items={rows.map((row) => ({
            key: row.item,
            thumbnail: row.thumbnail_url,
            name: `${defect.name}, ${row.level ?? row.value}`,
            caption: `${row.level ?? row.value} · ${row.rule}`,
          }))}
          onOpen={setOpen}
          onNeedMore={query.hasNextPage && !query.isFetching ? () => void query.fetchNextPage() : undefined}
        />
      </div>
      {shown !== undefined && open !== null && (
        <Lightbox
          title={defect.name}
          image={shown.url}
          alt={`${defect.name}, ${shown.level ?? shown.value}`}
          overlay={<GoldOverlay region={shown.region} regions={shown.regions} />}
          index={open}
          count={rows.length}
          onIndex={setOpen}
          onClose={() => setOpen(null)}
        >
          <Record row={shown} />
          <Button onClick={() => go(`${base}/adjudicate?item=${shown.item}`)}>Everybody's answers</Button>
        </Lightbox>
      )}
    </Panel>
  );
}

function Record({ row }: { row: Image }) {
  return (
    <Facts
      rows={[
        ["Value", row.value.replace("_", " ")],
        ["Level", row.level],
        ["Rests on", `${row.rule}, ${plural(row.annotations, "annotation")}`],
        ["Reason", row.reason_code?.replace("_", " ") ?? null],
        ["In words", row.reason],
        ["Decided", formatMoment(row.decided_at)],
        ["Revision", formatCount(row.revision)],
      ]}
    />
  );
}
