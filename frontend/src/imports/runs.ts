import type { components } from "../api/schema";
import type { Tone } from "../ui/Badge";
import { plural } from "../ui/format";

export type ImportRun = components["schemas"]["ImportRunDocument"];
export type ImportDetail = components["schemas"]["ImportRunDetail"];
export type ImportRunPage = components["schemas"]["ImportRunPage"];
export type ImportRow = components["schemas"]["ImportRowDocument"];
export type ImportRowPage = components["schemas"]["ImportRowPage"];

export const TONES: Record<ImportRun["state"], Tone> = {
  collecting: "neutral",
  queued: "neutral",
  running: "info",
  done: "ok",
  failed: "error",
  cancelled: "warn",
};

export const STATES: Record<ImportRun["state"], string> = {
  collecting: "waiting for files",
  queued: "waiting for a worker",
  running: "running",
  done: "done",
  failed: "failed",
  cancelled: "cancelled",
};

export const KINDS: Record<ImportRun["kind"], string> = {
  upload: "Upload",
  folder: "Server folder",
  archive: "ZIP on the server",
  manifest: "Manifest on the server",
};

export function isOpen(run: ImportRun): boolean {
  return run.state === "queued" || run.state === "running";
}

export function rowsDone(run: ImportRun): number {
  return run.image + run.duplicate + run.conflict + run.error;
}

/** "12 images, 1 duplicate, 3 errors": only what there is. */
export function summaryOf(run: ImportRun): string {
  const parts = [
    run.image > 0 && plural(run.image, "image"),
    run.duplicate > 0 && plural(run.duplicate, "duplicate"),
    run.conflict > 0 && plural(run.conflict, "conflict"),
    run.error > 0 && plural(run.error, "error"),
  ].filter((part): part is string => part !== false);
  return parts.length > 0 ? parts.join(", ") : "nothing yet";
}
