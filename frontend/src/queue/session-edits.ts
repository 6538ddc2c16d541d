/** What one key or click does to the open image. */
import { growRegion, moveRegion } from "../canvas/geometry";
import { amend, commit } from "../canvas/undo";
import {
  isAskable,
  isRating,
  levelByDigit,
  levelOf,
  nameOf,
  oneStrokeKeys,
  scaleOf,
  whyNotAsked,
} from "./catalogue";
import { derived, faults, ratedDefects, usualShape } from "./rules";
import { saying } from "./session";
import type { Edit, Open, Session } from "./session";
import type { Defect } from "./types";
import { VERDICTS } from "./types";
import * as works from "./work";
import type { Work, WorkFinding } from "./work";

export function editStep(session: Session, open: Open, change: Edit): Session {
  switch (change.type) {
    case "letter":
      return letter(session, open, change.letter.toUpperCase(), change.remove);
    case "digit":
      return digit(session, open, change.digit);
    case "not-applicable":
      return rate(session, open, null);
    case "pick":
      return pick(session, { ...open, chord: null }, change.defect);
    case "unpick":
      return unpick(session, { ...open, chord: null }, change.defect);
    case "select":
      return {
        ...session,
        open: { ...open, selected: change.key, chord: null, tool: null, resizing: false },
      };
    case "cycle":
      return cycle(session, open, change.by);
    case "cursor":
      return { ...session, open: { ...open, cursor: change.to, selected: null } };
    case "arm":
      return arm(session, open, change.shape);
    case "drawn":
      return drawn(session, open, change.region);
    case "reshaped":
      return changed(
        session,
        open,
        works.changeFinding(open.line.present, change.key, { region: change.region }),
      );
    case "nudge":
      return nudge(session, open, change.dx, change.dy);
    case "resizing":
      return saying(
        { ...session, open: { ...open, resizing: !open.resizing } },
        open.resizing ? "Arrows move the region." : "Arrows resize the region.",
      );
    case "level":
      return level(session, open, change.key, change.level);
    case "sub-defect":
      return changed(
        session,
        open,
        works.changeFinding(open.line.present, change.key, { subDefect: change.sub }),
      );
    case "unsure":
      return unsure(session, open, change.key ?? open.selected);
    case "note":
      return note(session, open, change.key, change.note);
    case "delete":
      return remove(session, open, change.key ?? open.selected);
    case "not-assessed":
      return notAssessed(session, open, change.defect);
    case "unusable":
      return unusable(session, open);
    case "verdict":
      return saying(
        changed(session, { ...open, asking: null }, { ...open.line.present, verdict: change.verdict }),
        `Verdict: ${change.verdict}.`,
      );
    case "ask-verdict":
      return { ...session, open: { ...open, asking: "verdict", chord: null } };
    case "escape":
      return escape(session, open);
    case "repeat":
      return repeat(session, open);
    case "copy":
      return copy(session, open);
  }
}

/** One edit is one undo step; edits that carry the same tag in a row are one step together. */
function changed(session: Session, open: Open, work: Work, tag: string | null = null): Session {
  const line = tag !== null && tag === open.lastEdit ? amend(open.line, work) : commit(open.line, work);
  return { ...session, open: { ...open, line, lastEdit: tag } };
}

function letter(session: Session, open: Open, key: string, shift: boolean): Session {
  const { book } = session;
  if (open.chord === null) {
    const short = oneStrokeKeys(book).get(key);
    if (short !== undefined) return shift ? unpick(session, open, short.id) : pick(session, open, short.id);
    const dimension = book.dimensions.get(key);
    if (dimension === undefined) return saying(session, `No dimension lies on ${key}.`, "warn");
    const visited = open.visited.includes(key) ? open.visited : [...open.visited, key];
    return saying(
      { ...session, open: { ...open, chord: key, visited } },
      `${dimension.name}: second letter?`,
    );
  }
  const rest: Open = { ...open, chord: null };
  const defect = book.byCode.get(open.chord + key);
  if (defect === undefined)
    return saying({ ...session, open: rest }, `No defect lies on ${open.chord} ${key}.`, "warn");
  return shift ? unpick(session, rest, defect.id) : pick(session, rest, defect.id);
}

function pick(session: Session, open: Open, id: string): Session {
  const { book } = session;
  const defect = book.defects.get(id);
  if (defect === undefined) return session;
  if (!isAskable(open.lease, id)) {
    const text = `${defect.name} is not asked on this image: ${whyNotAsked(open.lease, id)}.`;
    return saying({ ...session, open }, text, "warn");
  }
  if (isRating(book, defect)) {
    const cursor = ratedDefects(book, open.lease).findIndex((one) => one.id === id);
    return saying({ ...session, open: { ...open, cursor, selected: null } }, `${defect.name}: score?`);
  }
  const [first] = works.instancesOf(open.line.present, id);
  const shape = usualShape(book, defect);
  if (first !== undefined && shape === null) {
    return saying({ ...session, open: { ...open, selected: first.key } }, `${defect.name} is already set.`);
  }
  return place(session, open, defect, works.newFinding(id, soleLevel(session, defect)));
}

/** Adds the finding, selects it, and gives it the region drawn before it or arms its usual tool. */
function place(session: Session, open: Open, defect: Defect, finding: works.NewFinding): Session {
  const shape = usualShape(session.book, defect);
  const fits = open.loose !== null && shape !== null && defect.scope.shapes.includes(open.loose.shape);
  const added = works.addFinding(open.line.present, {
    ...finding,
    region: fits ? open.loose : finding.region,
  });
  const next = changed(session, open, added.work);
  const count = works.instancesOf(added.work, defect.id).length;
  const text = count > 1 ? `${defect.name} added, number ${count}.` : `${defect.name} added.`;
  if (next.open === null) return next;
  const done: Open = {
    ...next.open,
    selected: added.key,
    tool: fits || finding.region !== null ? null : shape,
    loose: fits ? null : open.loose,
    resizing: false,
  };
  return warned({ ...next, open: done }, text, added.key);
}

/** Says what happened, and in the same breath what it breaks: an exclusion is heard when it is made. */
function warned(session: Session, text: string, key: string): Session {
  if (session.open === null) return session;
  const work = session.open.line.present;
  const broken = faults(session.book, session.open.lease, work).find(
    (fault) => fault.finding === key && (fault.code === "excluded" || fault.code === "requires"),
  );
  if (broken !== undefined) return saying(session, `${text} ${broken.message}`, "warn");
  const own = works.findingOf(work, key)?.defect;
  const implied = derived(session.book, session.open.lease, work).find((one) => one.from === own);
  return saying(session, implied ? `${text} It implies ${nameOf(session.book, implied.defect)}.` : text);
}

/** A flag has one level, which is set with the defect. */
function soleLevel(session: Session, defect: Defect): string | null {
  const levels = scaleOf(session.book, defect)?.levels ?? [];
  return levels.length === 1 ? (levels[0]?.key ?? null) : null;
}

function unpick(session: Session, open: Open, id: string): Session {
  const last = works.instancesOf(open.line.present, id).at(-1);
  if (last === undefined)
    return saying({ ...session, open }, `${nameOf(session.book, id)} is not set.`, "warn");
  return remove(session, open, last.key);
}

function remove(session: Session, open: Open, key: string | null): Session {
  const { findings } = open.line.present;
  const index = findings.findIndex((finding) => finding.key === key);
  const gone = findings[index];
  if (gone === undefined) {
    if (open.loose !== null) return { ...session, open: { ...open, loose: null } };
    return saying({ ...session, open }, "No finding is chosen.", "warn");
  }
  const next = changed(session, open, works.removeFinding(open.line.present, gone.key));
  const neighbour = findings[index + 1] ?? findings[index - 1] ?? null;
  const after = next.open && { ...next.open, selected: neighbour?.key ?? null, tool: null };
  return saying({ ...next, open: after }, `${nameOf(session.book, gone.defect)} removed.`);
}

function cycle(session: Session, open: Open, by: 1 | -1): Session {
  const keys = open.line.present.findings.map(({ key }) => key);
  const at = open.selected === null ? -1 : keys.indexOf(open.selected);
  const next = at === -1 ? (by === 1 ? 0 : keys.length - 1) : at + by;
  const selected = keys[next] ?? null;
  return { ...session, open: { ...open, selected, chord: null, tool: null, resizing: false } };
}

function selectedFinding(open: Open): WorkFinding | undefined {
  return works.findingOf(open.line.present, open.selected);
}

function digit(session: Session, open: Open, key: string): Session {
  if (open.asking === "verdict") {
    const verdict = VERDICTS[Number(key) - 1];
    if (verdict === undefined) return saying(session, "1 accept, 2 retouch, 3 regenerate, 4 reject.", "warn");
    return editStep(session, open, { type: "verdict", verdict });
  }
  const finding = selectedFinding(open);
  const defect = finding && session.book.defects.get(finding.defect);
  const rated = ratedDefects(session.book, open.lease);
  const graded =
    defect !== undefined && (rated.length === 0 || scaleOf(session.book, defect)?.kind !== "flag");
  if (finding === undefined || defect === undefined || !graded) {
    const asked = rated[open.cursor];
    if (asked !== undefined) return rateByDigit(session, open, asked, key);
    return saying(session, "Choose a defect or a finding first: digits set its level.", "warn");
  }
  const chosen = levelByDigit(session.book, defect, key);
  if (chosen === undefined) return saying(session, `${defect.name} has no level ${key}.`, "warn");
  return level(session, { ...open, chord: null }, finding.key, chosen.key);
}

function level(session: Session, open: Open, key: string, to: string): Session {
  const finding = works.findingOf(open.line.present, key);
  const defect = finding && session.book.defects.get(finding.defect);
  if (defect === undefined) return session;
  const next = changed(
    session,
    { ...open, selected: key },
    works.changeFinding(open.line.present, key, { severity: to }),
  );
  return saying(next, `${defect.name}: ${levelOf(session.book, defect, to)?.name ?? to}.`);
}

function rateByDigit(session: Session, open: Open, defect: Defect, key: string): Session {
  const chosen = levelByDigit(session.book, defect, key);
  if (chosen === undefined) return saying(session, `${defect.name} has no score ${key}.`, "warn");
  return rate(session, open, chosen.key);
}

/** Sets the score that is asked and moves on to the next one without a score, or to the review. */
function rate(session: Session, open: Open, to: string | null): Session {
  const rated = ratedDefects(session.book, open.lease);
  const defect = rated[open.cursor];
  if (defect === undefined) return saying(session, "Choose a score first.", "warn");
  if (to === null && scaleOf(session.book, defect)?.allow_not_applicable !== true) {
    return saying(session, `${defect.name} always applies.`, "warn");
  }
  const work = works.setRating(open.line.present, defect.id, to);
  const missing = (one: Defect): boolean => !(one.id in work.ratings);
  const later = rated.findIndex((one, index) => index > open.cursor && missing(one));
  const earlier = rated.findIndex(missing);
  const cursor = later !== -1 ? later : earlier !== -1 ? earlier : rated.length;
  const said = to === null ? "not applicable" : (levelOf(session.book, defect, to)?.name ?? to);
  const ahead = rated[cursor]?.name;
  return saying(
    changed(session, { ...open, cursor }, work),
    `${defect.name}: ${said}. ${ahead === undefined ? "All scores given: Enter submits." : `${ahead}?`}`,
  );
}

function arm(session: Session, open: Open, shape: Open["tool"]): Session {
  if (session.book.workspace.campaign.region_policy === "off") {
    return saying(session, "This campaign asks for no regions.", "warn");
  }
  const text =
    shape === null
      ? "Tool off."
      : open.selected === null
        ? `Draw a ${shape}, then name the defect.`
        : `Draw a ${shape}.`;
  return saying({ ...session, open: { ...open, tool: shape, chord: null } }, text);
}

function drawn(session: Session, open: Open, region: NonNullable<Open["loose"]>): Session {
  const finding = selectedFinding(open);
  if (finding === undefined) {
    return saying(
      { ...session, open: { ...open, loose: region, tool: null } },
      "Region drawn: which defect?",
    );
  }
  const work = works.changeFinding(open.line.present, finding.key, { region });
  return warned(
    changed(session, { ...open, tool: null }, work),
    `Region set for ${nameOf(session.book, finding.defect)}.`,
    finding.key,
  );
}

/** dx, dy in image pixels. */
function nudge(session: Session, open: Open, dx: number, dy: number): Session {
  const finding = selectedFinding(open);
  if (finding?.region == null) return session;
  const { width, height } = open.lease.image;
  const region = open.resizing
    ? growRegion(finding.region, dx / width, dy / height, 2 / Math.min(width, height))
    : moveRegion(finding.region, dx / width, dy / height);
  return changed(
    session,
    open,
    works.changeFinding(open.line.present, finding.key, { region }),
    `nudge:${finding.key}`,
  );
}

function unsure(session: Session, open: Open, key: string | null): Session {
  const finding = works.findingOf(open.line.present, key);
  if (finding === undefined) return saying(session, "Choose a finding first.", "warn");
  const confidence = finding.confidence === "unsure" ? "sure" : "unsure";
  return saying(
    changed(session, open, works.changeFinding(open.line.present, finding.key, { confidence })),
    `Marked ${confidence}.`,
  );
}

function note(session: Session, open: Open, key: string | null, text: string): Session {
  const work = open.line.present;
  const next = key === null ? { ...work, note: text } : works.changeFinding(work, key, { note: text });
  return changed(session, open, next, `note:${key ?? ""}`);
}

function notAssessed(session: Session, open: Open, id: string): Session {
  if (!isAskable(open.lease, id)) return session;
  const work = works.toggleNotAssessed(open.line.present, id);
  const on = work.notAssessed.includes(id);
  const next = changed(session, { ...open, selected: null, tool: null }, work);
  return saying(next, `${nameOf(session.book, id)}: ${on ? "not assessed on this image" : "asked again"}.`);
}

function unusable(session: Session, open: Open): Session {
  const on = !open.line.present.unusable;
  const next = changed(session, { ...open, tool: null, chord: null }, { ...open.line.present, unusable: on });
  return saying(next, on ? "The image cannot be judged: Enter submits." : "The image can be judged.", "warn");
}

/** Tool off, then what is half done closed, then nothing chosen. */
function escape(session: Session, open: Open): Session {
  if (open.chord !== null) return { ...session, open: { ...open, chord: null } };
  if (open.tool !== null) return saying({ ...session, open: { ...open, tool: null } }, "Tool off.");
  if (open.asking !== null) return { ...session, open: { ...open, asking: null } };
  if (open.resizing) return { ...session, open: { ...open, resizing: false } };
  if (open.loose !== null) return { ...session, open: { ...open, loose: null } };
  return { ...session, open: { ...open, selected: null } };
}

/** The last finding once more, without its place and note: of this image, else of the one before. */
function repeat(session: Session, open: Open): Session {
  const last = open.line.present.findings.at(-1) ?? session.past.at(-1)?.line.present.findings.at(-1);
  const defect = last && session.book.defects.get(last.defect);
  if (last === undefined || defect === undefined) return saying(session, "No finding to repeat yet.", "warn");
  if (!isAskable(open.lease, defect.id)) return pick(session, open, defect.id);
  const { key: _key, ...rest } = last;
  return place(session, { ...open, chord: null }, defect, { ...rest, region: null, note: "" });
}

/** Findings of the latest image of the same prompt, without their places: another picture has them elsewhere. */
function copy(session: Session, open: Open): Session {
  const { prompt } = open.lease;
  const twin = prompt === null ? undefined : session.past.findLast((past) => past.lease.prompt === prompt);
  if (twin === undefined) return saying(session, "No earlier image has the same prompt.", "warn");
  const wanted = twin.line.present.findings.filter(({ defect }) => isAskable(open.lease, defect));
  if (wanted.length === 0)
    return saying(session, "The earlier image of this prompt has no findings.", "warn");
  const work = wanted.reduce(
    (sum, { key: _key, ...rest }) => works.addFinding(sum, { ...rest, region: null }).work,
    open.line.present,
  );
  const next = changed(session, open, work);
  const count = wanted.length === 1 ? "One finding" : `${wanted.length} findings`;
  return saying(next, `${count} copied; draw their places where they need one.`);
}
