import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../api/client";
import { keys } from "../api/keys";
import { useToast } from "../ui/Toast";
import { isOpen } from "./figures";
import type { CampaignDetectors, LatestRanking, ProjectScoring, RankingList, Wish } from "./types";

const WHILE_OPEN_MS = 1_500;
const AT_REST_MS = 15_000;

export function useProjectScoring(project: string) {
  return useQuery({
    queryKey: keys.project(project, "scoring"),
    queryFn: ({ signal }) =>
      api.get<ProjectScoring>(`/projects/${encodeURIComponent(project)}/scoring`, { signal }),
    refetchInterval: ({ state }) => (state.data?.lacking ? 2 * WHILE_OPEN_MS : 2 * AT_REST_MS),
  });
}

/** Everything about the loop of a campaign; asked often while a job of it is open. */
export function useLoop(campaign: string) {
  const detectors = useQuery({
    queryKey: keys.campaign(campaign, "detectors"),
    queryFn: ({ signal }) => api.get<CampaignDetectors>(`/campaigns/${campaign}/detectors`, { signal }),
    refetchInterval: ({ state }) => (state.data?.jobs.some(isOpen) ? WHILE_OPEN_MS : AT_REST_MS),
  });
  const ended = detectors.data?.jobs
    .filter((job) => !isOpen(job))
    .map((job) => job.id)
    .join();
  const ranking = useQuery({
    queryKey: keys.campaign(campaign, "ranking", ended),
    queryFn: ({ signal }) => api.get<LatestRanking>(`/campaigns/${campaign}/ranking`, { signal }),
    placeholderData: (before) => before,
    enabled: detectors.data !== undefined,
  });
  const rankings = useQuery({
    queryKey: keys.campaign(campaign, "rankings", ended),
    queryFn: ({ signal }) => api.get<RankingList>(`/campaigns/${campaign}/rankings`, { signal }),
    placeholderData: (before) => before,
    enabled: detectors.data !== undefined,
  });
  return { detectors, ranking, rankings };
}

/** What a lead can start. Every act is a job; its progress comes with the next answer. */
export function useScoringActs(project: string, campaign: string | null) {
  const client = useQueryClient();
  const toast = useToast();
  const [busy, setBusy] = useState<string | null>(null);
  const start = async (name: string, path: string, body: unknown, said: string) => {
    setBusy(name);
    try {
      await api.post(path, body);
      toast.ok(said);
    } catch (error) {
      toast.error(error);
    } finally {
      setBusy(null);
      if (campaign) await client.invalidateQueries({ queryKey: keys.campaign(campaign) });
      await client.invalidateQueries({ queryKey: keys.project(project, "scoring") });
      await client.invalidateQueries({ queryKey: keys.project(project, "jobs") });
    }
  };
  const base = `/campaigns/${campaign ?? ""}`;
  return {
    busy,
    score: () => start("score", `/projects/${encodeURIComponent(project)}/scores`, {}, "Scoring has begun"),
    exportGold: () => start("export", `${base}/exports`, { format: "jsonl" }, "The export is being built"),
    train: (exported: string) =>
      start("train", `${base}/detectors`, { export: exported }, "Training has begun"),
    predict: () => start("predict", `${base}/predictions`, {}, "Predictions are being made"),
    rank: (wish: Wish) => start("rank", `${base}/rankings`, wish, "Ranking has begun"),
    loop: (wish: Wish) => start("loop", `${base}/loop`, wish, "The loop has begun"),
    use: (detector: string) =>
      start("use", `/detectors/${detector}/promote`, {}, "This detector is in use from now on"),
    cancel: (job: string) => start("cancel", `/jobs/${job}/cancel`, {}, "The job was asked to stop"),
  };
}

export type Acts = ReturnType<typeof useScoringActs>;
