import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api } from "../api/client";
import { keys } from "../api/keys";
import type { CampaignPlan, Forecast } from "./types";

const PAUSE_MS = 400;

/** The server's forecast of the plan as it stands, asked once typing has paused; the last one stays meanwhile. */
export function useForecast(project: string, plan: CampaignPlan | null) {
  const wanted = plan === null ? "" : JSON.stringify({ ...plan, name: "forecast", instructions: "" });
  const [asked, setAsked] = useState(wanted);
  useEffect(() => {
    if (wanted === asked) return;
    const timer = setTimeout(() => setAsked(wanted), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [wanted, asked]);
  const query = useQuery({
    queryKey: keys.project(project, "campaigns", "forecast", asked),
    queryFn: ({ signal }) =>
      api.post<Forecast>(
        `/projects/${encodeURIComponent(project)}/campaigns/forecast`,
        JSON.parse(asked) as CampaignPlan,
        { signal },
      ),
    enabled: asked !== "",
    placeholderData: (before) => before,
    retry: false,
  });
  return { ...query, isBehind: wanted !== asked || query.isPlaceholderData };
}
