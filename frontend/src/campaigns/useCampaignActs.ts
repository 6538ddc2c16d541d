import { useQueryClient } from "@tanstack/react-query";
import { api } from "../api/client";
import { keys } from "../api/keys";
import { useToast } from "../ui/Toast";
import type { Campaign } from "./types";

export type Move = "pause" | "resume" | "close";

const DONE: Record<Move, string> = {
  pause: "Paused: nothing new is handed out",
  resume: "Open again",
  close: "Closed",
};

/** Pausing, resuming and closing; afterwards every view of the campaign is asked anew. */
export function useCampaignActs(project: string) {
  const client = useQueryClient();
  const toast = useToast();
  const renew = async (campaign: string) => {
    await Promise.all([
      client.invalidateQueries({ queryKey: keys.campaign(campaign) }),
      client.invalidateQueries({ queryKey: keys.project(project, "campaigns") }),
    ]);
  };
  const move = async (campaign: Campaign, to: Move) => {
    await api.post<Campaign>(`/campaigns/${campaign.id}/${to}`);
    await renew(campaign.id);
    toast.ok(DONE[to], { detail: campaign.name });
  };
  const tryMove = (campaign: Campaign, to: Move) => {
    move(campaign, to).catch((error: unknown) => toast.error(error));
  };
  return { move, tryMove, renew };
}
