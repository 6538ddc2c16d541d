import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useLocation, useParams } from "wouter";
import { api } from "../api/client";
import { keys } from "../api/keys";
import { hasRole, rolesIn, useSignedIn, type Role } from "../api/session";
import { campaignNavigation } from "../app/navigation";
import { Badge } from "../ui/Badge";
import { LinkButton } from "../ui/Button";
import { formatShare } from "../ui/format";
import { Menu, type MenuEntry } from "../ui/Menu";
import { PageHeader } from "../ui/PageHeader";
import { EmptyState } from "../ui/States";
import { Table, type Column } from "../ui/Table";
import { CampaignProgress } from "./CampaignProgress";
import { CloseDialog } from "./CloseDialog";
import type { Campaign, CampaignList } from "./types";
import { useCampaignActs, type Move } from "./useCampaignActs";
import { KINDS, labelIn, STATE_TONES } from "./words";
import "./campaigns.css";

/** All campaigns of a project: how far each is, and what can be done with it. */
export default function CampaignsPage() {
  const { project = "" } = useParams<{ project: string }>();
  const session = useSignedIn();
  const [, go] = useLocation();
  const [closing, setClosing] = useState<Campaign | null>(null);
  const { move, tryMove } = useCampaignActs(project);
  const roles = rolesIn(session, project);
  const isLead = hasRole(session, project, "lead");
  const query = useQuery({
    queryKey: keys.project(project, "campaigns"),
    queryFn: ({ signal }) =>
      api.get<CampaignList>(`/projects/${encodeURIComponent(project)}/campaigns`, { signal }),
    refetchInterval: 20_000,
  });
  const name = session.memberships.find((one) => one.project.slug === project)?.project.name ?? project;
  const create = (
    <LinkButton kind="primary" href={`/projects/${project}/campaigns/new`}>
      New campaign
    </LinkButton>
  );
  const rows = query.data?.campaigns;
  return (
    <>
      <PageHeader
        title="Campaigns"
        crumbs={[{ label: name, href: "/" }, { label: "Campaigns" }]}
        lead="One round of labelling each: these images, this version of a taxonomy, these rules."
        actions={isLead && rows?.length !== 0 ? create : undefined}
      />
      <Table
        caption="Campaigns, the newest first"
        hideCaption
        columns={columnsWith({
          project,
          roles,
          go,
          onMove: tryMove,
          onClose: setClosing,
        })}
        rows={rows}
        rowKey={(campaign) => campaign.id}
        error={query.error}
        onRetry={() => void query.refetch()}
        empty={
          <EmptyState title="No campaign yet" actions={isLead ? create : undefined}>
            A campaign hands images to reviewers with the defects of one published version. You see what it
            will cost before you open it.
          </EmptyState>
        }
      />
      <CloseDialog
        campaign={closing}
        onClose={() => setClosing(null)}
        onConfirm={(campaign) => move(campaign, "close")}
      />
    </>
  );
}

interface Acts {
  project: string;
  roles: readonly Role[];
  go: (href: string) => void;
  onMove: (campaign: Campaign, to: Move) => void;
  onClose: (campaign: Campaign) => void;
}

function columnsWith(acts: Acts): Column<Campaign>[] {
  return [
    {
      key: "name",
      head: "Campaign",
      isRowHead: true,
      className: "campaign-name",
      cell: (one) => (
        <>
          <Link href={`/projects/${acts.project}/campaigns/${one.id}/dashboard`}>{one.name}</Link>
          <div className="hint">
            {labelIn(KINDS, one.kind)} · {one.version.title} {one.version.version}
          </div>
        </>
      ),
    },
    {
      key: "state",
      head: "State",
      cell: (one) => <Badge tone={STATE_TONES[one.state] ?? "neutral"}>{one.state}</Badge>,
    },
    {
      key: "progress",
      head: "Progress",
      className: "campaign-progress",
      cell: (one) => <CampaignProgress counts={one.progress} label="Items" isShort />,
    },
    {
      key: "answers",
      head: "Answers",
      numeric: true,
      cell: (one) =>
        `${one.progress.answers.toLocaleString("en")} of ${one.progress.answers_needed.toLocaleString("en")}`,
    },
    { key: "each", head: "Per Item", numeric: true, cell: (one) => one.annotations_per_item },
    { key: "audit", head: "Audit share", numeric: true, cell: (one) => formatShare(one.audit_share, 0) },
    {
      key: "disputes",
      head: "Open disputes",
      numeric: true,
      cell: (one) => <Disputes campaign={one} acts={acts} />,
    },
    {
      key: "act",
      head: <span className="visually-hidden">Actions</span>,
      cell: (one) => (
        <Menu
          button="Actions"
          label={`Actions for ${one.name}`}
          entries={entriesFor(one, acts)}
          onGo={acts.go}
        />
      ),
    },
  ];
}

function Disputes({ campaign, acts }: { campaign: Campaign; acts: Acts }) {
  const desk = campaignNavigation(acts.project, campaign.id, acts.roles).find((entry) =>
    entry.href.endsWith("/adjudicate"),
  );
  const count = campaign.progress.disputes;
  return desk && count > 0 ? <Link href={desk.href}>{count}</Link> : <>{count}</>;
}

function entriesFor(campaign: Campaign, acts: Acts): MenuEntry[] {
  const pages = campaignNavigation(acts.project, campaign.id, acts.roles).map(({ label, href }) => ({
    id: href,
    label,
    href,
  }));
  if (!acts.roles.includes("lead") || campaign.state === "closed") return pages;
  const other: MenuEntry =
    campaign.state === "open"
      ? { id: "pause", label: "Pause", run: () => acts.onMove(campaign, "pause") }
      : { id: "resume", label: "Resume", run: () => acts.onMove(campaign, "resume") };
  return [...pages, other, { id: "close", label: "Close…", run: () => acts.onClose(campaign) }];
}
