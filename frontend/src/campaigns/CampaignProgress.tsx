import { formatCount, plural } from "../ui/format";
import { ProgressBar } from "../ui/ProgressBar";
import type { Counts } from "./types";

interface CampaignProgressProps {
  counts: Counts;
  label?: string;
  /** Without the word "Items", for narrow places. */
  isShort?: boolean;
}

/** How far a campaign is, in finished Items; a withdrawn Item is not waited for. */
export function CampaignProgress({ counts, label = "Items complete", isShort }: CampaignProgressProps) {
  const items = counts.items - counts.withdrawn;
  return (
    <ProgressBar
      label={label}
      value={counts.complete}
      max={Math.max(items, 1)}
      text={`${formatCount(counts.complete)} of ${isShort ? formatCount(items) : plural(items, "Item")}`}
      tone={isComplete(counts) ? "ok" : "info"}
    />
  );
}

export function isComplete(counts: Counts): boolean {
  const items = counts.items - counts.withdrawn;
  return items > 0 && counts.complete >= items;
}
