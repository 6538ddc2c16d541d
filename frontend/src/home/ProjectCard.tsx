import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { api } from "../api/client";
import { keys } from "../api/keys";
import type { components } from "../api/schema";
import type { Membership, Role } from "../api/session";
import { campaignNavigation, projectNavigation } from "../app/navigation";
import { CampaignProgress } from "../campaigns/CampaignProgress";
import type { Campaign, CampaignList, Facets, TaxonomyList } from "../campaigns/types";
import { KINDS, labelIn, STATE_TONES } from "../campaigns/words";
import { Badge } from "../ui/Badge";
import { LinkButton } from "../ui/Button";
import { formatCount, plural } from "../ui/format";
import { Panel } from "../ui/Panel";
import { ErrorState, Skeleton } from "../ui/States";
import { nextAct } from "./nextAct";
import "./home.css";

type JobPage = components["schemas"]["JobPage"];

const SHOWN = 6;
const RECENT_MS = 7 * 24 * 3600 * 1000;

interface ProjectCardProps {
  membership: Membership;
  /** Only one act of the page is its main one. */
  isMain: boolean;
}

/** A project as its lead or adjudicator sees it from home: how far everything is, and what to do next. */
export function ProjectCard({ membership, isMain }: ProjectCardProps) {
  const { project, roles } = membership;
  const sight = useSight(project.slug, roles.includes("lead"));
  return (
    <Panel
      title={project.name}
      aside={
        <span className="row">
          {roles.map((role) => (
            <Badge key={role}>{role}</Badge>
          ))}
        </span>
      }
    >
      {sight.error != null && <ErrorState error={sight.error} onRetry={sight.retry} />}
      {sight.error == null && !sight.data && <Skeleton label={`Loading ${project.name}`} />}
      {sight.data && (
        <div className="stack">
          <Next {...sight.data} slug={project.slug} roles={roles} isMain={isMain} />
          <Facts {...sight.data} slug={project.slug} roles={roles} />
          <CampaignLines campaigns={sight.data.campaigns} slug={project.slug} roles={roles} />
        </div>
      )}
    </Panel>
  );
}

interface Sight {
  campaigns: readonly Campaign[];
  images: number;
  hasVersion: boolean;
  mayImportTaxonomy: boolean;
  jobs: { running: number; failed: number } | null;
}

function useSight(slug: string, isLead: boolean) {
  const base = `/projects/${encodeURIComponent(slug)}`;
  const campaigns = useQuery({
    queryKey: keys.project(slug, "campaigns"),
    queryFn: ({ signal }) => api.get<CampaignList>(`${base}/campaigns`, { signal }),
    refetchInterval: 30_000,
  });
  const facets = useQuery({
    queryKey: keys.project(slug, "images", "facets"),
    queryFn: ({ signal }) => api.get<Facets>(`${base}/images/facets`, { signal }),
  });
  const taxonomies = useQuery({
    queryKey: keys.taxonomies,
    queryFn: ({ signal }) => api.get<TaxonomyList>("/taxonomies", { signal }),
  });
  const jobs = useQuery({
    queryKey: keys.project(slug, "jobs", "home"),
    queryFn: async ({ signal }) => {
      const [open, failed] = await Promise.all(
        ["open", "failed"].map((state) =>
          api.get<JobPage>(`${base}/jobs`, { signal, query: { state, limit: 100 } }),
        ),
      );
      const since = Date.now() - RECENT_MS;
      const recent = failed?.rows.filter(
        (job) => new Date(job.finished_at ?? job.created_at).getTime() > since,
      );
      return { running: open?.rows.length ?? 0, failed: recent?.length ?? 0 };
    },
    enabled: isLead,
    refetchInterval: 30_000,
  });
  const all = [campaigns, facets, taxonomies];
  const data: Sight | null =
    campaigns.data && facets.data && taxonomies.data
      ? {
          campaigns: campaigns.data.campaigns,
          images: facets.data.images,
          hasVersion: taxonomies.data.taxonomies.some((one) =>
            one.versions.some((version) => version.state === "published"),
          ),
          mayImportTaxonomy: taxonomies.data.may_import,
          jobs: jobs.data ?? null,
        }
      : null;
  return {
    data,
    error: data ? null : (all.find((one) => one.error)?.error ?? null),
    retry: () => all.forEach((one) => void one.refetch()),
  };
}

type PartProps = Sight & { slug: string; roles: readonly Role[] };

function Next({ isMain, ...sight }: PartProps & { isMain: boolean }) {
  const act = nextAct(sight);
  if (!act) return null;
  return (
    <div className="row between next-act">
      <span>{act.text}</span>
      <LinkButton kind={isMain ? "primary" : "plain"} href={act.href}>
        {act.label}
      </LinkButton>
    </div>
  );
}

function Facts({ slug, roles, images, campaigns, jobs }: PartProps) {
  const pages = projectNavigation(slug, roles);
  const to = (end: string) => pages.find(({ href }) => href.endsWith(`/${end}`))?.href;
  const disputes = campaigns.reduce((sum, one) => sum + one.progress.disputes, 0);
  const open = campaigns.filter((one) => one.state === "open").length;
  return (
    <ul className="row project-facts">
      <Fact href={to("images")} text={plural(images, "image")} />
      <Fact
        href={to("campaigns")}
        text={`${plural(campaigns.length, "campaign")}, ${formatCount(open)} open`}
      />
      <Fact href={undefined} text={plural(disputes, "open dispute")} />
      {jobs && <Fact href={to("jobs")} text={plural(jobs.running, "job") + " at work"} />}
      {jobs && jobs.failed > 0 && (
        <li>
          <Badge tone="error">{plural(jobs.failed, "job")} failed this week</Badge>
        </li>
      )}
    </ul>
  );
}

function Fact({ href, text }: { href: string | undefined; text: string }) {
  return <li>{href ? <Link href={href}>{text}</Link> : text}</li>;
}

interface CampaignLinesProps {
  campaigns: readonly Campaign[];
  slug: string;
  roles: readonly Role[];
}

function CampaignLines({ campaigns, slug, roles }: CampaignLinesProps) {
  if (campaigns.length === 0) return null;
  const order = ["open", "paused", "closed"];
  const shown = [...campaigns]
    .sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state))
    .slice(0, SHOWN);
  return (
    <ul className="campaign-lines">
      {shown.map((one) => (
        <li key={one.id}>
          <div className="stack campaign-line-name">
            <Link className="clip" href={`/projects/${slug}/campaigns/${one.id}/dashboard`}>
              {one.name}
            </Link>
            <span className="row">
              <Badge tone={STATE_TONES[one.state] ?? "neutral"}>{one.state}</Badge>
              <span className="hint">{labelIn(KINDS, one.kind)}</span>
            </span>
          </div>
          <CampaignProgress counts={one.progress} label="Complete" />
          <CampaignLinks campaign={one} slug={slug} roles={roles} />
        </li>
      ))}
      {campaigns.length > SHOWN && (
        <li>
          <Link href={`/projects/${slug}/campaigns`}>All {formatCount(campaigns.length)} campaigns</Link>
        </li>
      )}
    </ul>
  );
}

function CampaignLinks({
  campaign,
  slug,
  roles,
}: {
  campaign: Campaign;
  slug: string;
  roles: readonly Role[];
}) {
  const pages = campaignNavigation(slug, campaign.id, roles);
  const { disputes } = campaign.progress;
  const wanted = ["agreement", "results", ...(disputes > 0 ? ["adjudicate"] : [])];
  return (
    <span className="row campaign-line-links">
      {pages
        .filter(({ href }) => wanted.some((end) => href.endsWith(`/${end}`)))
        .map(({ href, label }) => {
          const text = href.endsWith("/adjudicate") ? plural(disputes, "dispute") : label;
          return (
            <Link key={href} href={href} aria-label={`${text} of ${campaign.name}`}>
              {text}
            </Link>
          );
        })}
    </span>
  );
}
