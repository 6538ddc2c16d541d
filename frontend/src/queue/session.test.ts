import { describe, expect, it } from "vitest";
import { closing } from "./closing";
import { edit, startSession, step, travel } from "./session";
import type { Edit, Session } from "./session";
import { book, CLEAN, defect, lease, REGION } from "./test-cast";
import type { Catalogue } from "./catalogue";
import type { Lease } from "./types";

const BOX = {
  shape: "box",
  points: [
    [0.1, 0.1],
    [0.5, 0.5],
  ],
} as const;

function sitting(from: Catalogue = book(), leases?: readonly Lease[]): Session {
  const grant = {
    leases: leases ?? ["a", "b", "c"].map((id) => lease(id, from)),
    state: "ready",
    retry_after: null,
    reason: null,
  } as const;
  const opened = step(startSession(from), travel({ type: "granted", grant, outstanding: [] }));
  return shown(opened);
}
const shown = (session: Session, at = 0) =>
  step(session, travel({ type: "shown", lease: session.open?.lease.id ?? "", at }));
const does = (session: Session, ...edits: Edit[]) =>
  edits.reduce((now, one) => step(now, edit(one)), session);
const types = (session: Session, text: string) =>
  [...text].reduce((now, sign) => {
    if (/\d/.test(sign)) return does(now, { type: "digit", digit: sign });
    return does(now, { type: "letter", letter: sign, remove: sign !== sign.toLowerCase() });
  }, session);
const found = (session: Session) =>
  (session.open?.line.present.findings ?? []).map(({ defect: id, severity }) =>
    severity === null ? id : `${id}:${severity}`,
  );
const answered = (session: Session) => shown(step(session, travel({ type: "closed", how: "answered" })));

describe("letters and digits", () => {
  it("two letters set a defect and a digit its level", () => {
    expect(found(types(sitting(), "af2"))).toEqual(["AF:major"]);
  });
  it("the first letter opens its dimension and remembers that it was looked at", () => {
    const { open } = types(sitting(), "t");
    expect(open?.chord).toBe("T");
    expect(open?.visited).toEqual(["T"]);
  });
  it("the same letters again make a second instance where there are places", () => {
    expect(found(types(sitting(), "ahah"))).toEqual(["AH", "AH"]);
  });
  it("a defect of the whole image is never doubled", () => {
    const twice = types(sitting(), "afaf");
    expect(found(twice)).toEqual(["AF"]);
    expect(twice.notice.text).toContain("already");
  });
  it("Shift with the second letter removes the last instance", () => {
    expect(found(types(sitting(), "ah1ah2aH"))).toEqual(["AH:minor"]);
  });
  it("Shift on a defect that is not set says so", () => {
    expect(types(sitting(), "aF").notice).toMatchObject({ tone: "warn" });
  });
  it("an unknown second letter closes the dimension and says so", () => {
    const lost = types(sitting(), "az");
    expect(lost.open?.chord).toBeNull();
    expect(lost.notice.text).toBe("No defect lies on A Z.");
  });
  it("an unknown first letter opens nothing", () => {
    expect(types(sitting(), "z").open?.chord).toBeNull();
  });
  it("a defect that is not asked on this image is refused with its reason", () => {
    const from = book();
    const bare = lease("a", from, {
      askable: ["AH"],
      not_assessed: [{ defect: "AF", reason: "prompt missing" }],
    });
    const said = types(sitting(from, [bare]), "af");
    expect(found(said)).toEqual([]);
    expect(said.notice.text).toContain("prompt missing");
  });
  it("a digit without a finding changes nothing", () => {
    expect(types(sitting(), "2").open?.line.past).toHaveLength(0);
  });
  it("a digit that is no level of the scale is refused", () => {
    expect(found(types(sitting(), "af5"))).toEqual(["AF"]);
  });
  it("a flag gets its only level with the defect", () => {
    expect(found(types(sitting(book({ defects: [defect("HX", { scale: "flag" })] })), "hx"))).toEqual([
      "HX:present",
    ]);
  });
  it("one-stroke keys are the second letters where they are unique", () => {
    const from = book({
      defects: [defect("AH"), defect("TG"), defect("AO"), defect("TO")],
      campaign: { one_stroke_keys: true },
    });
    expect(found(types(sitting(from), "h"))).toEqual(["AH"]);
    expect(found(types(sitting(from), "o"))).toEqual([]);
    expect(found(types(sitting(from), "to"))).toEqual(["TO"]);
  });
});

describe("regions", () => {
  it("a defect with a region arms its usual tool, and the drawing sets it", () => {
    const armed = types(sitting(), "ah");
    expect(armed.open?.tool).toBe("box");
    const drawn = does(armed, { type: "drawn", region: BOX });
    expect(drawn.open?.line.present.findings[0]?.region).toEqual(BOX);
    expect(drawn.open?.tool).toBeNull();
  });
  it("a region drawn first is taken by the next defect", () => {
    const loose = does(sitting(), { type: "arm", shape: "box" }, { type: "drawn", region: BOX });
    expect(loose.open?.loose).toEqual(BOX);
    const named = types(loose, "ah");
    expect(named.open?.line.present.findings[0]?.region).toEqual(BOX);
    expect(named.open?.loose).toBeNull();
    expect(named.open?.tool).toBeNull();
  });
  it("no tool is armed where the campaign has regions off", () => {
    const off = sitting(book({ campaign: { region_policy: "off" } }));
    expect(types(off, "ah").open?.tool).toBeNull();
    expect(does(off, { type: "arm", shape: "box" }).open?.tool).toBeNull();
  });
  it("nudges in a row are one undo step", () => {
    const placed = does(types(sitting(), "ah"), { type: "drawn", region: BOX });
    const moved = does(placed, { type: "nudge", dx: 1, dy: 0 }, { type: "nudge", dx: 1, dy: 0 });
    expect(moved.open?.line.present.findings[0]?.region?.points[0]?.[0]).toBeCloseTo(0.12);
    expect(step(moved, travel({ type: "undo" })).open?.line.present.findings[0]?.region).toEqual(BOX);
  });
});

describe("closing", () => {
  const ready = (text: string, at = 1000) => closing(types(sitting(), text), "submit", at);
  it("ignores clean and submit within 250 ms of an image change", () => {
    expect(closing(sitting(), "clean", 249).type).toBe("ignored");
    expect(closing(sitting(), "clean", 250).type).toBe("send");
  });
  it("ignores them while the image is not on the screen", () => {
    const from = book();
    const grant = { leases: [lease("a", from)], state: "ready", retry_after: null, reason: null } as const;
    const loading = step(startSession(from), travel({ type: "granted", grant, outstanding: [] }));
    expect(closing(loading, "clean", 9999).type).toBe("ignored");
  });
  it("Enter without findings asks for Space, Space with findings for Enter", () => {
    expect(closing(sitting(), "submit", 1000)).toMatchObject({ type: "refused" });
    expect(closing(types(sitting(), "af1"), "clean", 1000)).toMatchObject({ type: "refused" });
  });
  it("refuses a finding without a level and points at it", () => {
    expect(ready("af")).toMatchObject({ type: "refused", finding: "f1" });
  });
  it("refuses a missing required region", () => {
    expect(ready("ah2")).toMatchObject({ type: "refused", finding: "f1", tool: "box" });
  });
  it("takes a finding without a region where the policy is optional", () => {
    const optional = sitting(book({ campaign: { region_policy: "optional" } }));
    expect(closing(types(optional, "ah2"), "submit", 1000).type).toBe("send");
  });
  it("refuses a catch-all without a note and takes it with one", () => {
    const other = types(sitting(), "to1");
    expect(closing(other, "submit", 1000).type).toBe("refused");
    const noted = does(other, { type: "note", key: "f1", note: "a seam" });
    expect(closing(noted, "submit", 1000)).toMatchObject({ answer: { findings: [{ note: "a seam" }] } });
  });
  it("refuses two members of an exclusion group on one image", () => {
    const from = book({ groups: [{ id: "g", name: "", level: "per_image", members: ["AF", "TG"] }] });
    const both = types(sitting(from), "af1tg1");
    expect(both.notice.text).not.toBe("");
    expect(closing(both, "submit", 1000)).toMatchObject({ type: "refused", finding: "f2" });
  });
  it("allows members of a per-region group on different places only", () => {
    const group = { id: "g", name: "", level: "per_region", members: ["AH", "AX"] } as const;
    const from = book({
      defects: [defect("AH", { scope: REGION }), defect("AX", { scope: REGION })],
      groups: [group],
    });
    const one = does(types(sitting(from), "ah1"), { type: "drawn", region: BOX });
    const same = does(types(one, "ax1"), { type: "drawn", region: BOX });
    expect(closing(same, "submit", 1000).type).toBe("refused");
    expect(same.notice.tone).toBe("warn");
    const elsewhere = {
      shape: "box",
      points: [
        [0.7, 0.7],
        [0.9, 0.9],
      ],
    } as const;
    expect(closing(does(types(one, "ax1"), { type: "drawn", region: elsewhere }), "submit", 1000).type).toBe(
      "send",
    );
  });
  it("refuses a defect whose required companion is missing, and says what another implies", () => {
    const from = book({
      defects: [defect("AH", { requires: ["AF"] }), defect("AF"), defect("TG", { implies: ["AF"] })],
    });
    expect(closing(types(sitting(from), "ah1"), "submit", 1000).type).toBe("refused");
    expect(closing(types(sitting(from), "ah1af1"), "submit", 1000).type).toBe("send");
    expect(closing(types(sitting(from), "tg1"), "submit", 1000).type).toBe("send");
    expect(types(sitting(from), "tg").notice.text).toContain("implies");
  });
  it("asks for the verdict where the campaign does, and a clean image is accepted", () => {
    const asks = sitting(book({ campaign: { asks_verdict: true } }));
    expect(closing(types(asks, "af3"), "submit", 1000).type).toBe("ask-verdict");
    const said = types(does(types(asks, "af3"), { type: "ask-verdict" }), "2");
    expect(closing(said, "submit", 1000)).toMatchObject({ answer: { verdict: "retouch" } });
    expect(closing(asks, "clean", 1000)).toMatchObject({ answer: { outcome: "clean", verdict: "accept" } });
  });
  it("says how an absence was obtained", () => {
    expect(closing(sitting(), "clean", 1000)).toMatchObject({ answer: { absence: "glance" } });
    const looked = does(types(sitting(), "a"), { type: "escape" });
    const all = does(types(looked, "t"), { type: "escape" });
    expect(closing(all, "clean", 1000)).toMatchObject({ answer: { absence: "dimension_pass" } });
    const single = sitting(book({ defects: [defect("AF")] }));
    expect(closing(single, "clean", 1000)).toMatchObject({ answer: { absence: "question" } });
  });
  it("sends what was not assessed by hand, and takes it back when the defect is set", () => {
    const off = does(sitting(), { type: "not-assessed", defect: "AF" });
    expect(closing(off, "clean", 1000)).toMatchObject({ answer: { not_assessed: ["AF"] } });
    expect(closing(types(off, "af1"), "submit", 1000)).toMatchObject({ answer: { not_assessed: [] } });
  });
  it("sends an image that cannot be judged without findings, with the reason", () => {
    const silent = does(types(sitting(), "af"), { type: "unusable" });
    expect(closing(silent, "submit", 1000).type).toBe("refused");
    const unusable = does(silent, { type: "note", key: null, note: "all black" });
    expect(closing(unusable, "submit", 1000)).toMatchObject({
      answer: { outcome: "unusable", findings: [] },
    });
  });
});

describe("between images", () => {
  it("undo takes back edit by edit and then goes to the image before", () => {
    const second = answered(types(sitting(), "af1"));
    expect(second.open?.lease.id).toBe("b");
    const back = step(second, travel({ type: "undo" }));
    expect(back.open?.lease.id).toBe("a");
    expect(back.open?.correcting).toBe(0);
    const undone = step(back, travel({ type: "undo" }));
    expect(found(undone)).toEqual(["AF"]);
    expect(found(step(undone, travel({ type: "redo" })))).toEqual(["AF:minor"]);
  });
  it("a correction stands on the expected revision and goes on with the interrupted image and its work", () => {
    const second = types(answered(types(sitting(), "af1")), "tg");
    const back = types(shown(step(second, travel({ type: "back" }))), "tg2");
    const sent = closing(back, "submit", 1000);
    expect(sent).toMatchObject({ type: "send", baseRevision: 1 });
    const on = step(back, travel({ type: "closed", how: "answered" }));
    expect(on.open?.lease.id).toBe("b");
    expect(found(on)).toEqual(["TG"]);
    expect(on.past[0]?.revision).toBe(2);
    expect(on.answered).toBe(1);
  });
  it("an unchanged correction is not sent", () => {
    const back = shown(step(answered(types(sitting(), "af1")), travel({ type: "back" })));
    expect(closing(back, "submit", 1000).type).toBe("unchanged");
    expect(step(back, travel({ type: "closed", how: "answered" })).past[0]?.revision).toBe(1);
  });
  it("keeps the last ten behind", () => {
    const from = book();
    const many = Array.from({ length: 13 }, (_, index) => lease(`l${index}`, from));
    const end = many.reduce((now) => answered(now), sitting(from, many));
    expect(end.open).toBeNull();
    expect(end.past.map((past) => past.lease.id)).toEqual(many.slice(3).map(({ id }) => id));
  });
  it("a lease that is answered here is not opened again while the server still offers it", () => {
    const from = book();
    const after = answered(sitting(from));
    const grant = {
      leases: ["a", "b", "c", "d"].map((id) => lease(id, from)),
      state: "ready",
      retry_after: null,
      reason: null,
    } as const;
    const refilled = step(after, travel({ type: "granted", grant, outstanding: ["a"] }));
    expect([refilled.open?.lease.id, ...refilled.ahead.map(({ id }) => id)]).toEqual(["b", "c", "d"]);
    const reopened = step(
      step(refilled, travel({ type: "reopened", lease: "a" })),
      travel({ type: "granted", grant, outstanding: [] }),
    );
    expect(reopened.ahead.map(({ id }) => id)).toEqual(["c", "d", "a"]);
  });
  it("an empty queue keeps its reason", () => {
    const none = { leases: [], state: "waiting", retry_after: 30, reason: "others hold the rest" } as const;
    const { queue, open } = step(
      startSession(book()),
      travel({ type: "granted", grant: none, outstanding: [] }),
    );
    expect(open).toBeNull();
    expect(queue).toEqual({ state: "waiting", reason: "others hold the rest", retryAfter: 30 });
  });
  it("earlier sittings can be gone back to", () => {
    const from = book();
    const old = lease("z", from, { annotation: CLEAN, revision: 3 });
    const back = step(
      step(sitting(from), travel({ type: "history", leases: [old] })),
      travel({ type: "back" }),
    );
    expect(back.open).toMatchObject({ correcting: 0, baseRevision: 3 });
  });
  it("a skipped image cannot be gone back to", () => {
    const skipped = step(sitting(), travel({ type: "closed", how: "put-away" }));
    expect(skipped.past).toHaveLength(0);
    expect(skipped.open?.lease.id).toBe("b");
  });
});

describe("short cuts", () => {
  it("repeats the last finding, also of the image before", () => {
    const repeated = does(answered(types(sitting(), "tg2")), { type: "repeat" });
    expect(found(repeated)).toEqual(["TG:major"]);
  });
  it("copies findings of the last image of the same prompt without their places", () => {
    const from = book();
    const twins = ["a", "b"].map((id) => lease(id, from, { prompt: "same" }));
    const first = does(types(sitting(from, twins), "ah2"), { type: "drawn", region: BOX });
    const copied = does(answered(first), { type: "copy" });
    expect(found(copied)).toEqual(["AH:major"]);
    expect(copied.open?.line.present.findings[0]?.region).toBeNull();
  });
  it("Escape closes one thing at a time", () => {
    const armed = types(sitting(), "ah");
    const off = does(armed, { type: "escape" });
    expect(off.open).toMatchObject({ tool: null, selected: "f1" });
    expect(does(off, { type: "escape" }).open?.selected).toBeNull();
  });
  it("deleting chooses the neighbour", () => {
    const two = types(sitting(), "af1tg1");
    expect(does(two, { type: "delete" }).open?.selected).toBe("f1");
  });
  it("typing a note is one undo step", () => {
    const noted = does(
      types(sitting(), "to1"),
      { type: "note", key: "f1", note: "s" },
      { type: "note", key: "f1", note: "se" },
    );
    expect(step(noted, travel({ type: "undo" })).open?.line.present.findings[0]?.note).toBe("");
  });
});

describe("rating form", () => {
  const form = () =>
    book({
      defects: [
        defect("PF", { scale: "five" }),
        defect("PB", { scale: "five" }),
        defect("PN", { scale: "flag", not_ratable: true }),
      ],
    });
  it("a digit scores and goes on; the end is the review", () => {
    const one = types(sitting(form()), "5");
    expect(one.open?.cursor).toBe(1);
    const both = types(one, "3");
    expect(both.open?.cursor).toBe(2);
    expect(closing(both, "submit", 1000)).toMatchObject({
      answer: {
        outcome: "defects",
        ratings: [
          { defect: "PF", level: "5" },
          { defect: "PB", level: "3" },
        ],
      },
    });
  });
  it("refuses to submit while a score is missing", () => {
    expect(closing(types(sitting(form()), "5"), "submit", 1000).type).toBe("refused");
  });
  it("all best scores are a clean image, and not applicable is an answer", () => {
    const done = does(types(sitting(form()), "5"), { type: "not-applicable" });
    expect(closing(done, "submit", 1000)).toMatchObject({
      answer: { outcome: "clean", ratings: [{ level: "5" }, { level: null }] },
    });
  });
  it("the flag that nothing can be rated makes every score not applicable", () => {
    const flagged = types(sitting(form()), "pn");
    expect(closing(flagged, "submit", 1000)).toMatchObject({
      answer: { outcome: "defects", ratings: [{ level: null }, { level: null }] },
    });
  });
  it("two letters jump back to a score, and a digit goes to the score even when a flag is set", () => {
    const jumped = types(types(sitting(form()), "53"), "pf1");
    expect(jumped.open?.line.present.ratings).toEqual({ PF: "1", PB: "3" });
  });
});
