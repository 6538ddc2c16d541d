/** What clean and submit may do now: send, ask for the verdict, go on unchanged, or say what is missing. */
import { suggestedVerdict, toAnswer } from "./answer";
import type { Shape } from "../canvas/geometry";
import { faults, ratedDefects, usualShape } from "./rules";
import type { Session } from "./session";
import type { Answer, Lease } from "./types";

/** Keys this soon after an image appeared were meant for the one before. */
export const GUARD_MS = 250;

export type Closing =
  | { readonly type: "send"; readonly lease: Lease; readonly baseRevision: number; readonly answer: Answer }
  | { readonly type: "unchanged" }
  | { readonly type: "ask-verdict" }
  | {
      readonly type: "refused";
      readonly message: string;
      readonly finding: string | null;
      /** The tool that mends it, where a place is all that is missing. */
      readonly tool: Shape | null;
    }
  | { readonly type: "ignored" };

export function closing(session: Session, how: "clean" | "submit", at: number): Closing {
  const { open, book } = session;
  if (open === null || open.shownAt === null || at - open.shownAt < GUARD_MS) return { type: "ignored" };
  const work = open.line.present;
  const refuse = (message: string, finding: string | null = null, tool: Shape | null = null): Closing => ({
    type: "refused",
    message,
    finding,
    tool,
  });
  if (open.correcting !== null && work === open.original) return { type: "unchanged" };
  if (open.loose !== null)
    return refuse("The drawn region belongs to no defect yet: name one, or Backspace removes it.");
  if (how === "clean" && work.findings.length > 0) {
    return refuse("There are findings: Enter submits them, Backspace removes one.");
  }
  const isForm = ratedDefects(book, open.lease).length > 0;
  if (how === "submit" && work.findings.length === 0 && !work.unusable && !isForm) {
    return refuse("Nothing is marked: press Space if the image is clean.");
  }
  const [first, ...others] = faults(book, open.lease, work);
  if (first !== undefined) {
    const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
    const defect = book.defects.get(first.defect);
    const tool = first.code === "region-missing" && defect !== undefined ? usualShape(book, defect) : null;
    return refuse(first.message + more, first.finding, tool);
  }
  if (work.unusable && work.note.trim() === "") {
    return refuse("Say why the image cannot be judged: Ctrl+Enter opens the note.");
  }
  const answer = toAnswer(book, open.lease, work, open.visited);
  if (!book.workspace.campaign.asks_verdict)
    return send(open.lease, open.baseRevision, { ...answer, verdict: null });
  if (answer.outcome === "unusable")
    return send(open.lease, open.baseRevision, { ...answer, verdict: "reject" });
  if (answer.outcome === "clean")
    return send(open.lease, open.baseRevision, { ...answer, verdict: suggestedVerdict(book, work) });
  if (answer.verdict === null) return { type: "ask-verdict" };
  return send(open.lease, open.baseRevision, answer);
}

function send(lease: Lease, baseRevision: number, answer: Answer): Closing {
  return { type: "send", lease, baseRevision, answer };
}
