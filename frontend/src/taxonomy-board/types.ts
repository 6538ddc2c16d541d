import type { components } from "../api/schema";
import type { Tone } from "../ui/Badge";

export type Board = components["schemas"]["TaxonomyBoard"];
export type ChangeRequest = components["schemas"]["TaxonomyChangeRequest"];
export type Remark = components["schemas"]["TaxonomyComment"];
export type RequestState = ChangeRequest["state"];
export type RequestKind = ChangeRequest["kind"];

export const COLUMNS: readonly { state: RequestState; title: string; tone: Tone }[] = [
  { state: "open", title: "Open", tone: "warn" },
  { state: "accepted", title: "Accepted", tone: "info" },
  { state: "done", title: "Done", tone: "ok" },
  { state: "declined", title: "Declined", tone: "neutral" },
];
export const KINDS: readonly { value: RequestKind; label: string }[] = [
  { value: "wording", label: "Say it more clearly" },
  { value: "meaning", label: "Make it narrower or broader" },
  { value: "split", label: "Split it" },
  { value: "merge", label: "Merge it with another" },
  { value: "new", label: "A defect is missing" },
  { value: "example", label: "Another picture" },
  { value: "other", label: "Something else" },
];
/** What an owner may make of a request, and how the button says it. */
export const MOVES: Record<RequestState, readonly { to: RequestState; label: string }[]> = {
  open: [
    { to: "accepted", label: "Accept" },
    { to: "declined", label: "Decline…" },
  ],
  accepted: [
    { to: "done", label: "It is done" },
    { to: "open", label: "Back to open" },
    { to: "declined", label: "Decline…" },
  ],
  declined: [{ to: "open", label: "Open again" }],
  done: [],
};

interface Figure {
  value?: number | null;
  status?: string;
  interval?: readonly [number, number] | null;
}

/** One figure of the evidence as it was kept, or null. */
export function figureIn(evidence: ChangeRequest["evidence"], name: string): Figure | null {
  const agreement = evidence["agreement"] as Record<string, unknown> | undefined;
  const statistics = agreement?.["statistics"] as Record<string, unknown> | undefined;
  const found = statistics?.[name];
  return typeof found === "object" && found !== null ? (found as Figure) : null;
}
