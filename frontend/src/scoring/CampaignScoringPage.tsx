import { useState } from "react";
import { useParams } from "wouter";
import { useSignedIn } from "../api/session";
import { Button } from "../ui/Button";
import { PageHeader } from "../ui/PageHeader";
import { Panel } from "../ui/Panel";
import { ErrorState, Loaded } from "../ui/States";
import { DetectorsPanel } from "./DetectorsPanel";
import { isOpen } from "./figures";
import { JobNotices } from "./JobNotice";
import { LoopSteps } from "./LoopSteps";
import { RankForm } from "./RankForm";
import { RankingPanel } from "./RankingPanel";
import type { Wish } from "./types";
import { useLoop, useScoringActs } from "./useScoring";
import "./scoring.css";

/** The loop of one campaign: labelled, learnt, predicted, ranked. */
export default function CampaignScoringPage() {
  const { project = "", campaign = "" } = useParams<{ project: string; campaign: string }>();
  const session = useSignedIn();
  const [wish, setWish] = useState<Wish>({ strategy: "margin", random_share: 0.1, seed: null });
  const { detectors, ranking, rankings } = useLoop(campaign);
  const acts = useScoringActs(project, campaign);
  const name = session.memberships.find((one) => one.project.slug === project)?.project.name ?? project;
  const loop = detectors.data;
  const isWorking = loop?.jobs.some((job) => isOpen(job) && job.kind !== "scoring.images") ?? false;
  return (
    <>
      <PageHeader
        title="Scoring and ranking"
        tab={loop ? `${loop.name}: scoring` : "Scoring"}
        crumbs={[
          { label: name, href: "/" },
          { label: "Campaigns", href: `/projects/${project}/campaigns` },
          { label: loop?.name ?? "Campaign", href: `/projects/${project}/campaigns/${campaign}/dashboard` },
          { label: "Scoring and ranking" },
        ]}
        lead="What people settled, what detectors learnt of it, and the order in which the queue hands out the rest. Reviewers never see any of this."
        actions={
          <Button
            kind="primary"
            disabled={!loop || loop.gold.settled === 0 || isWorking}
            isBusy={acts.busy === "loop"}
            onClick={() => void acts.loop(wish)}
          >
            Run the whole loop
          </Button>
        }
      />
      <Loaded query={detectors} label="Loading the loop">
        {(data) => (
          <>
            <JobNotices jobs={data.jobs} onCancel={(job) => void acts.cancel(job)} />
            <LoopSteps loop={data} latest={ranking.data} acts={acts} wish={wish} />
            <Panel title="How to rank next">
              <RankForm wish={wish} onChange={setWish} />
            </Panel>
            <DetectorsPanel loop={data} acts={acts} />
            {ranking.error ? (
              <ErrorState error={ranking.error} onRetry={() => void ranking.refetch()} />
            ) : (
              ranking.data && (
                <RankingPanel
                  project={project}
                  latest={ranking.data}
                  rankings={rankings.data?.rankings ?? []}
                />
              )
            )}
          </>
        )}
      </Loaded>
    </>
  );
}
