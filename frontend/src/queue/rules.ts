/**
 * What keeps an answer from being sent, found while one works. The server checks the same rules again; here they only
 * make sure that nobody learns about them after the image has gone.
 */
import { regionFault, sameRegion } from "../canvas/geometry";
import type { Shape } from "../canvas/geometry";
import { isAskable, isRating, levelOf, nameOf, scaleOf } from "./catalogue";
import type { Catalogue } from "./catalogue";
import type { Defect, ExclusionGroup, Lease } from "./types";
import type { Work, WorkFinding } from "./work";

export type FaultCode =
  | "level-missing"
  | "region-missing"
  | "region-wrong"
  | "note-missing"
  | "excluded"
  | "requires"
  | "not-asked"
  | "rating-missing";

export interface Fault {
  readonly code: FaultCode;
  /** Local key of the finding, or null where it concerns the image or a rating. */
  readonly finding: string | null;
  readonly defect: string;
  readonly message: string;
}

export function asksRegion(book: Catalogue, defect: Defect): boolean {
  return defect.scope.kind === "region" && book.workspace.campaign.region_policy !== "off";
}

export function needsRegion(book: Catalogue, defect: Defect): boolean {
  const policy = book.workspace.campaign.region_policy;
  if (defect.scope.kind !== "region") return false;
  return policy === "required" || (policy === "taxonomy" && defect.scope.required);
}

/** The tool that a defect arms by itself: the first shape its scope names. */
export function usualShape(book: Catalogue, defect: Defect): Shape | null {
  return asksRegion(book, defect) ? (defect.scope.shapes[0] ?? "box") : null;
}

/** Every fault of the answer at once, in the order of the findings. */
export function faults(book: Catalogue, lease: Lease, work: Work): readonly Fault[] {
  if (work.unusable) return [];
  const found = work.findings.flatMap((finding) => faultsOfFinding(book, lease, work, finding));
  return [...found, ...exclusions(book, work), ...missingRatings(book, lease, work)];
}

function faultsOfFinding(book: Catalogue, lease: Lease, work: Work, finding: WorkFinding): readonly Fault[] {
  const defect = book.defects.get(finding.defect);
  const fault = (code: FaultCode, message: string): Fault => ({
    code,
    finding: finding.key,
    defect: finding.defect,
    message,
  });
  if (defect === undefined || !isAskable(lease, defect.id))
    return [fault("not-asked", "This defect is not asked on this image.")];
  const all: Fault[] = [];
  const who = `${defect.code} ${defect.name}`;
  if (levelOf(book, defect, finding.severity) === undefined) {
    const keys = (scaleOf(book, defect)?.levels ?? []).map((level) => level.hotkey).sort();
    all.push(
      fault("level-missing", `${who} needs a level: press ${keys[0] ?? "1"} to ${keys.at(-1) ?? "5"}.`),
    );
  }
  if (finding.region === null && needsRegion(book, defect)) {
    all.push(
      fault("region-missing", `${who} needs a place: draw ${article(usualShape(book, defect) ?? "box")}.`),
    );
  }
  if (finding.region !== null) {
    const wrong = regionFault(finding.region, lease.image.width, lease.image.height);
    if (wrong !== null) all.push(fault("region-wrong", `${who}: ${wrong}`));
    else if (defect.scope.kind === "image") {
      all.push(fault("region-wrong", `${who} is about the whole image: drop its region.`));
    } else if (defect.scope.shapes.length > 0 && !defect.scope.shapes.includes(finding.region.shape)) {
      all.push(
        fault("region-wrong", `${who} is marked with ${defect.scope.shapes.map(article).join(" or ")}.`),
      );
    }
  }
  if (defect.comment_required && finding.note.trim() === "") {
    all.push(fault("note-missing", `${who} needs a note that says what it is.`));
  }
  for (const target of defect.requires) {
    if (isAskable(lease, target) && !work.findings.some((one) => one.defect === target)) {
      all.push(fault("requires", `${who} is only valid together with ${nameOf(book, target)}.`));
    }
  }
  return all;
}

function article(shape: string): string {
  return `a ${shape}`;
}

export interface Derived {
  readonly defect: string;
  /** The defect that implies it. */
  readonly from: string;
}

/** Asked defects that others imply and nobody set by hand: the server adds them, marked as derived. */
export function derived(book: Catalogue, lease: Lease, work: Work): readonly Derived[] {
  const present = new Set(work.findings.map((finding) => finding.defect));
  const open = [...present];
  const all: Derived[] = [];
  for (let from = open.shift(); from !== undefined; from = open.shift()) {
    for (const target of book.defects.get(from)?.implies ?? []) {
      if (present.has(target) || !isAskable(lease, target)) continue;
      present.add(target);
      open.push(target);
      all.push({ defect: target, from });
    }
  }
  return all;
}

function exclusions(book: Catalogue, work: Work): readonly Fault[] {
  const all: Fault[] = [];
  work.findings.forEach((second, index) => {
    for (const first of work.findings.slice(0, index)) {
      const group = groupAgainst(book, first, second);
      if (group === undefined) continue;
      const place = group.level === "per_region" ? "on the same place" : "on the same image";
      const message =
        `Not both ${place}: ${nameOf(book, first.defect)} and ${nameOf(book, second.defect)}. ${group.name}`.trim();
      all.push({ code: "excluded", finding: second.key, defect: second.defect, message });
    }
  });
  return all;
}

/** The exclusion group that two findings of different defects break together. */
function groupAgainst(book: Catalogue, first: WorkFinding, second: WorkFinding): ExclusionGroup | undefined {
  if (first.defect === second.defect) return undefined;
  return (book.groupsOf.get(first.defect) ?? []).find((group) => {
    if (!group.members.includes(second.defect)) return false;
    return group.level === "per_image" || sameRegion(first.region, second.region);
  });
}

/** Is a flag set that makes every rating of the image not applicable? */
export function isNotRatable(book: Catalogue, work: Work): boolean {
  return work.findings.some((finding) => book.defects.get(finding.defect)?.not_ratable === true);
}

export function ratedDefects(book: Catalogue, lease: Lease): readonly Defect[] {
  return [...book.defects.values()].filter((defect) => isRating(book, defect) && isAskable(lease, defect.id));
}

function missingRatings(book: Catalogue, lease: Lease, work: Work): readonly Fault[] {
  if (isNotRatable(book, work)) return [];
  return ratedDefects(book, lease)
    .filter((defect) => !(defect.id in work.ratings) && !work.notAssessed.includes(defect.id))
    .map((defect) => ({
      code: "rating-missing",
      finding: null,
      defect: defect.id,
      message: `${defect.code} ${defect.name} has no score yet.`,
    }));
}
