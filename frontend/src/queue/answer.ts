/** From the reviewer's work to the Answer that is sent, and back when an answered image is opened again. */
import { rounded } from "../canvas/geometry";
import { actionOf, openDimensions, worst } from "./catalogue";
import type { Catalogue } from "./catalogue";
import { isNotRatable, ratedDefects } from "./rules";
import type { Absence, Answer, Lease, Outcome, Verdict } from "./types";
import { NOTHING } from "./work";
import type { Work } from "./work";

/**
 * How an absence was obtained: one defect asked is a question; with every dimension of the image opened (or only one
 * asked) it was a pass over the dimensions; anything else was one look at the whole image.
 */
export function absenceKind(book: Catalogue, lease: Lease, visited: readonly string[]): Absence {
  if (lease.askable.length === 1) return "question";
  const open = openDimensions(book, lease);
  if (open.length === 1) return "dimension_pass";
  return open.length > 0 && open.every(({ letter }) => visited.includes(letter))
    ? "dimension_pass"
    : "glance";
}

export function toAnswer(book: Catalogue, lease: Lease, work: Work, visited: readonly string[]): Answer {
  const ratings = ratingsOf(book, lease, work);
  return {
    outcome: outcomeOf(book, work, ratings),
    findings: work.unusable
      ? []
      : work.findings.map((finding) => ({
          defect: finding.defect,
          sub_defect: finding.subDefect,
          severity: finding.severity,
          region: finding.region === null ? null : rounded(finding.region),
          confidence: finding.confidence,
          note: finding.note.trim(),
        })),
    ratings: work.unusable ? [] : ratings,
    not_assessed: work.unusable ? [] : work.notAssessed,
    absence: absenceKind(book, lease, visited),
    verdict: work.verdict,
    note: work.note.trim(),
  };
}

function ratingsOf(book: Catalogue, lease: Lease, work: Work): Answer["ratings"] {
  const unrated = isNotRatable(book, work);
  return ratedDefects(book, lease)
    .filter((defect) => !work.notAssessed.includes(defect.id))
    .map((defect) => ({ defect: defect.id, level: unrated ? null : (work.ratings[defect.id] ?? null) }));
}

/** A rating below the best score counts as something found: "clean" is said only where nothing is wrong. */
function outcomeOf(book: Catalogue, work: Work, ratings: Answer["ratings"]): Outcome {
  if (work.unusable) return "unusable";
  if (work.findings.length > 0) return "defects";
  const flawed = ratings.some(({ defect, level }) => {
    const scale = book.scales.get(book.defects.get(defect)?.scale ?? "");
    const rank = scale?.levels.find(({ key }) => key === level)?.rank;
    return rank !== undefined && rank > 1;
  });
  return flawed ? "defects" : "clean";
}

/** The worst action of all that was found: what the verdict is when nobody decides otherwise. */
export function suggestedVerdict(book: Catalogue, work: Work): Verdict {
  const found = work.findings.map((finding) => {
    const defect = book.defects.get(finding.defect);
    if (defect?.veto === true) return "reject";
    return defect === undefined || finding.severity === null
      ? undefined
      : actionOf(book, defect, finding.severity);
  });
  const rated = Object.entries(work.ratings).map(([id, level]) => {
    const defect = book.defects.get(id);
    return defect === undefined || level === null ? undefined : actionOf(book, defect, level);
  });
  return worst([...found, ...rated]);
}

export function fromAnswer(answer: Answer | null): Work {
  if (answer === null) return NOTHING;
  return {
    findings: answer.findings.map((finding, index) => ({
      key: `f${index + 1}`,
      defect: finding.defect,
      subDefect: finding.sub_defect,
      severity: finding.severity,
      region: finding.region,
      confidence: finding.confidence,
      note: finding.note,
    })),
    ratings: Object.fromEntries(answer.ratings.map(({ defect, level }) => [defect, level])),
    notAssessed: answer.not_assessed,
    unusable: answer.outcome === "unusable",
    verdict: answer.verdict,
    note: answer.note,
    next: answer.findings.length + 1,
  };
}
