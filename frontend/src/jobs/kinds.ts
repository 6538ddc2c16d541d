const TITLES: Record<string, string> = {
  "corpus.import": "Import of images",
  "corpus.withdraw": "Withdrawal of images",
  "agreement.report": "Agreement report",
  "consensus.settle": "Settling of finished Items",
  "export.build": "Export",
  "migration.prepare": "Carrying labels to another version",
  "rereview.fill": "Questions of a new version",
  "scoring.images": "Scores of images",
  "scoring.train": "Training of detectors",
  "scoring.predict": "Predictions",
  "scoring.rank": "Ranking",
  "scoring.loop": "The whole loop: export, train, predict, rank",
};

/** The kind of a job in words; an unknown kind in its own spelling: "export.build" → "Export: build". */
export function titleOf(kind: string): string {
  const known = TITLES[kind];
  if (known) return known;
  const [slice = "", act = ""] = kind.split(".");
  const words = act.replaceAll("_", " ");
  return (slice.charAt(0).toUpperCase() + slice.slice(1)).replaceAll("_", " ") + (words ? `: ${words}` : "");
}
