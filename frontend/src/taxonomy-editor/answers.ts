import type { DraftProposal, Operation } from "./document";

/** No operation: the owner gives the concept its old id again in the editor. */
export const KEEP = "keep the id";

/** The operation that an answer makes of a proposal: an edit keeps the meaning, a direction redefines it. */
export function answered(proposal: DraftProposal, answer?: string, why?: string): Operation {
  const said = why?.trim() ? { why: why.trim() } : {};
  const operation: Operation = { ...proposal.operation, ...said };
  if (!answer || answer === operation["op"]) return operation;
  if (answer === "remove") {
    const gone = (operation["concepts"] as string[] | undefined)?.[0] ?? operation["concept"];
    return { op: "remove", concept: gone, why: operation["why"] };
  }
  const isDirection = ["narrower", "broader", "shifted"].includes(answer);
  return isDirection ? { ...operation, op: "redefine", direction: answer } : { ...operation, op: answer };
}
