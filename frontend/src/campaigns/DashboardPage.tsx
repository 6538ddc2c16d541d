import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useParams } from "wouter";
import { api } from "../api/client";
import { keys } from "../api/keys";
import { hasRole, rolesIn, useSignedIn, type Role } from "../api/session";
import { campaignNavigation, projectNavigation } from "../app/navigation";
import { Badge, Notice } from "../ui/Badge";
import { Button } from "../ui/Button";
import { formatCount, formatNumber, plural } from "../ui/format";
import { PageHeader } from "../ui/PageHeader";
import { Panel } from "../ui/Panel";
import { ProgressBar } from "../ui/ProgressBar";
import { Stat, Stats } from "../ui/Stat";
import { ErrorState, Loaded, Skeleton } from "../ui/States";
import { CampaignProgress } from "./CampaignProgress";
import { ChangeDialog } from "./ChangeDialog";
import { CloseDialog } from "./CloseDialog";
import { BurnUp, PeopleAtWork, Policy } from "./DashboardParts";
import { ExtendDialog } from "./ExtendDialog";
import type { Campaign, Progress } from "./types";
import { useCampaignActs } from "./useCampaignActs";
import { KINDS, labelIn, STATE_TONES } from "./words";
import "./campaigns.css";

const EVERY_MS = 10_000;

/** One campaign while it runs: how far, who, how long still, and what can be done about it. */
export default function DashboardPage() {
  const { project = "", campaign: id = "" } = useParams<{ project: string; campaign: string }>();
  const session = useSignedIn();
  const name = session.memberships.find((one) => one.project.slug === project)?.project.name ?? project;
  const crumbs = [
    { label: name, href: "/" },
    { label: "Campaigns", href: `/projects/${project}/campaigns` },
  ];
  const campaign = useQuery({
    queryKey: keys.campaign(id, "detail"),
    queryFn: ({ signal }) => api.get<Campaign>(`/campaigns/${encodeURIComponent(id)}`, { signal }),
    refetchInterval: 6 * EVERY_MS,
  });
  if (!campaign.data) {
    return (
      <>
        <PageHeader title="Campaign" crumbs={[...crumbs, { label: "Campaign" }]} />
        {campaign.error ? (
          <ErrorState error={campaign.error} onRetry={() => void campaign.refetch()} />
        ) : (
          <Skeleton label="Loading the campaign" lines={6} />
        )}
      </>
    );
  }
  return <Dashboard project={project} campaign={campaign.data} crumbs={crumbs} />;
}

interface DashboardProps {
  project: string;
  campaign: Campaign;
  crumbs: readonly { label: string; href: string }[];
}

function Dashboard({ project, campaign, crumbs }: DashboardProps) {
  const session = useSignedIn();
  const roles = rolesIn(session, project);
  const progress = useQuery({
    queryKey: keys.campaign(campaign.id, "progress"),
    queryFn: ({ signal }) => api.get<Progress>(`/campaigns/${campaign.id}/progress`, { signal }),
    refetchInterval: campaign.state === "closed" ? false : EVERY_MS,
  });
  return (
    <>
      <PageHeader
        title={
          <>
            {campaign.name} <Badge tone={STATE_TONES[campaign.state] ?? "neutral"}>{campaign.state}</Badge>
          </>
        }
        tab={campaign.name}
        crumbs={[...crumbs, { label: campaign.name }]}
        lead={`${labelIn(KINDS, campaign.kind)} on ${campaign.version.title} ${campaign.version.version}, ${plural(campaign.defects.length, "defect")} asked.`}
        actions={
          hasRole(session, project, "lead") ? <Acts project={project} campaign={campaign} /> : undefined
        }
      />
      {campaign.state === "paused" && (
        <Notice tone="warn" title="Paused">
          Nothing new is handed out. What people hold can still be answered.
        </Notice>
      )}
      <Loaded query={progress} label="Counting the answers">
        {(data) => <Numbers project={project} campaign={campaign} progress={data} roles={roles} />}
      </Loaded>
    </>
  );
}

function Acts({ project, campaign }: { project: string; campaign: Campaign }) {
  const { move, renew } = useCampaignActs(project);
  const [open, setOpen] = useState<"change" | "extend" | "close" | null>(null);
  const [isMoving, setMoving] = useState(false);
  const [refusal, setRefusal] = useState<unknown>(null);
  if (campaign.state === "closed") return null;
  const shut = () => setOpen(null);
  const to = campaign.state === "open" ? "pause" : "resume";
  const turn = async () => {
    setMoving(true);
    setRefusal(null);
    await move(campaign, to).catch(setRefusal);
    setMoving(false);
  };
  const onDone = () => renew(campaign.id);
  return (
    <>
      <Button onClick={() => setOpen("change")}>Change…</Button>
      <Button onClick={() => setOpen("extend")}>Extend…</Button>
      <Button isBusy={isMoving} onClick={() => void turn()}>
        {to === "pause" ? "Pause" : "Resume"}
      </Button>
      <Button kind="danger" onClick={() => setOpen("close")}>
        Close…
      </Button>
      {refusal !== null && <ErrorState error={refusal} />}
      <ChangeDialog campaign={campaign} isOpen={open === "change"} onClose={shut} onDone={onDone} />
      <ExtendDialog
        project={project}
        campaign={campaign}
        isOpen={open === "extend"}
        onClose={shut}
        onDone={onDone}
      />
      <CloseDialog
        campaign={open === "close" ? campaign : null}
        onClose={shut}
        onConfirm={(closing) => move(closing, "close")}
      />
    </>
  );
}

interface NumbersProps {
  project: string;
  campaign: Campaign;
  progress: Progress;
  roles: readonly Role[];
}

function Numbers({ project, campaign, progress, roles }: NumbersProps) {
  const { counts, reviewers } = progress;
  const items = counts.items - counts.withdrawn;
  const isClosed = campaign.state === "closed";
  const holding = reviewers.filter((one) => one.holding > 0).length;
  const links = campaignNavigation(project, campaign.id, roles).filter(
    ({ href }) => !href.endsWith("/dashboard"),
  );
  const desk = links.find(({ href }) => href.endsWith("/adjudicate"));
  const [today] = new Date().toISOString().split("T");
  return (
    <>
      <GoOn project={project} links={links} roles={roles} />
      <Stats>
        <Stat
          label="Still to do"
          value={isClosed ? null : progress.hours_left}
          format={hours}
          reason={isClosed ? "The campaign is closed: nothing more is asked." : progress.hours_left_from}
        />
        <Stat label="At work now" value={formatCount(holding)} reason={atWork(reviewers)} />
        <Stat
          label="Open disputes"
          value={formatCount(counts.disputes)}
          reason={`${plural(counts.escalated, "escalation")}, ${counts.skipped} skipped.`}
          link={desk && counts.disputes > 0 ? <Link href={desk.href}>Settle them</Link> : undefined}
        />
        <Stat
          label="Extra answers"
          value={formatCount(counts.late)}
          reason="Came after their place was taken; kept, not counted."
        />
      </Stats>
      <div className="columns">
        <div className="stack loose">
          <Panel title="Progress">
            <div className="stack">
              <ProgressBar
                label="Answers given"
                value={counts.answers}
                max={Math.max(counts.answers_needed, 1)}
                text={`${formatCount(counts.answers)} of ${formatCount(counts.answers_needed)} needed`}
              />
              <CampaignProgress counts={counts} />
              <ProgressBar
                label="Items settled as gold"
                value={counts.settled}
                max={Math.max(items, 1)}
                text={`${formatCount(counts.settled)} of ${plural(items, "Item")}`}
              />
              {counts.withdrawn > 0 && (
                <p className="hint">
                  {plural(counts.withdrawn, "Item")} withdrawn with{" "}
                  {counts.withdrawn === 1 ? "its image" : "their images"}; not counted above.
                </p>
              )}
            </div>
          </Panel>
          <BurnUp progress={progress} today={today ?? ""} />
        </div>
        <Policy campaign={campaign} />
      </div>
      <PeopleAtWork people={reviewers} project={project} />
    </>
  );
}

interface GoOnProps {
  project: string;
  links: readonly { label: string; href: string }[];
  roles: readonly Role[];
}

function GoOn({ project, links, roles }: GoOnProps) {
  const more = projectNavigation(project, roles).filter(({ href }) => /\/(exports|scoring)$/.test(href));
  const all = [...links, ...more.filter(({ label }) => links.every((link) => link.label !== label))];
  if (all.length === 0) return null;
  return (
    <nav aria-label="Of this campaign" className="row">
      {all.map((entry) => (
        <Link key={entry.href} href={entry.href} className="button">
          {entry.label}
        </Link>
      ))}
    </nav>
  );
}

function atWork(people: Progress["reviewers"]): string {
  if (people.length === 0) return "Nobody has started yet.";
  const held = people.reduce((sum, one) => sum + one.holding, 0);
  return `${plural(people.length, "reviewer")} so far; ${plural(held, "Item")} reserved.`;
}

function hours(value: number): string {
  return value < 1 ? `${Math.ceil(value * 60)} min` : `${formatNumber(value, value < 10 ? 1 : 0)} h`;
}
