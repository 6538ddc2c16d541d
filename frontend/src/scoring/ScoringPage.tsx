import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "wouter";
import { api } from "../api/client";
import { keys } from "../api/keys";
import type { components } from "../api/schema";
import { useSignedIn } from "../api/session";
import { Notice } from "../ui/Badge";
import { Button } from "../ui/Button";
import { formatCount, formatMoment, plural } from "../ui/format";
import { PageHeader } from "../ui/PageHeader";
import { Panel } from "../ui/Panel";
import { ProgressBar } from "../ui/ProgressBar";
import { Stat, Stats } from "../ui/Stat";
import { EmptyState, Loaded } from "../ui/States";
import { Table, type Column } from "../ui/Table";
import { Blindness } from "./Blindness";
import { MetricsPanel } from "./MetricsPanel";
import type { ProjectScoring } from "./types";
import { useProjectScoring, useScoringActs } from "./useScoring";
import "./scoring.css";

type Campaign = components["schemas"]["CampaignList"]["campaigns"][number];

/** What the program knows of a project's images by itself, and the way to the loop of each campaign. */
export default function ScoringPage() {
  const { project = "" } = useParams<{ project: string }>();
  const session = useSignedIn();
  const name = session.memberships.find((one) => one.project.slug === project)?.project.name ?? project;
  const query = useProjectScoring(project);
  const acts = useScoringActs(project, null);
  return (
    <>
      <PageHeader
        title="Scoring and ranking"
        crumbs={[{ label: name, href: "/" }, { label: "Scoring and ranking" }]}
        lead="Metrics and features of every image, and the loop that learns from gold labels and orders the queue by it. Reviewers never see any of this."
      />
      <Campaigns project={project} />
      <Loaded query={query} label="Loading scores">
        {(scoring) => (
          <>
            <Images scoring={scoring} isBusy={acts.busy === "score"} onScore={() => void acts.score()} />
            <MetricsPanel scoring={scoring} />
          </>
        )}
      </Loaded>
    </>
  );
}

interface ImagesProps {
  scoring: ProjectScoring;
  isBusy: boolean;
  onScore: () => void;
}

function Images({ scoring, isBusy, onScore }: ImagesProps) {
  const { images, lacking } = scoring;
  return (
    <Panel
      title="Images"
      aside={
        lacking > 0 && (
          <Button small isBusy={isBusy} onClick={onScore}>
            {`Score ${plural(lacking, "image")} now`}
          </Button>
        )
      }
    >
      {images === 0 ? (
        <EmptyState title="No images yet">Import images; they are scored by themselves.</EmptyState>
      ) : (
        <div className="stack">
          <Stats>
            <Stat label="Images" value={images} format={formatCount} />
            <Stat label="Scored" value={scoring.scored} format={formatCount} n={images} of="images" />
            <Stat
              label="With features"
              value={scoring.embedded}
              format={formatCount}
              n={images}
              of="images"
            />
            <Stat label="Unreadable" value={scoring.unreadable} format={formatCount} n={images} of="images" />
          </Stats>
          {lacking > 0 && (
            <ProgressBar label="Images that lack nothing" value={images - lacking} max={images} />
          )}
          {scoring.last_at && <p className="hint">{`Last score ${formatMoment(scoring.last_at)}.`}</p>}
          <Blindness />
        </div>
      )}
    </Panel>
  );
}

function Campaigns({ project }: { project: string }) {
  const query = useQuery({
    queryKey: keys.project(project, "campaigns"),
    queryFn: ({ signal }) =>
      api.get<{ campaigns: Campaign[] }>(`/projects/${encodeURIComponent(project)}/campaigns`, { signal }),
  });
  const columns: Column<Campaign>[] = [
    {
      key: "name",
      head: "Campaign",
      isRowHead: true,
      cell: (row) => <Link href={`/projects/${project}/campaigns/${row.id}/scoring`}>{row.name}</Link>,
    },
    { key: "state", head: "State", cell: (row) => row.state },
    { key: "defects", head: "Defects asked", numeric: true, cell: (row) => row.defects.length },
  ];
  return (
    <Panel title="The loop of each campaign">
      <Table
        caption="Campaigns with their loop"
        hideCaption
        columns={columns}
        rows={query.data?.campaigns}
        rowKey={(row) => row.id}
        error={query.error}
        onRetry={() => void query.refetch()}
        empty={
          <EmptyState title="No campaigns yet">
            <Notice>Open a campaign; once it has gold labels, detectors can learn from them.</Notice>
          </EmptyState>
        }
      />
    </Panel>
  );
}
