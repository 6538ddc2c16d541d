import { describe, expect, it } from "vitest";
import { nextAct, type ProjectSight } from "./nextAct";

const COUNTS = {
  items: 4,
  complete: 0,
  settled: 0,
  withdrawn: 0,
  answers: 0,
  answers_needed: 8,
  late: 0,
  skipped: 0,
  escalated: 0,
  disputes: 0,
};
const RUNNING = { id: "7", name: "Hands", state: "open" as const, progress: COUNTS };
const SIGHT: ProjectSight = {
  slug: "faces",
  roles: ["lead"],
  images: 4,
  campaigns: [RUNNING],
  hasVersion: true,
  mayImportTaxonomy: false,
};

describe("the next useful act", () => {
  it("goes around the circle: images, taxonomy, campaign, disputes, agreement", () => {
    const empty = { ...SIGHT, images: 0, hasVersion: false, campaigns: [] };
    expect(nextAct(empty)?.href).toBe("/projects/faces/imports/new");
    expect(nextAct({ ...empty, images: 4 })?.href).toBe("/taxonomies");
    expect(nextAct({ ...SIGHT, campaigns: [] })?.href).toBe("/projects/faces/campaigns/new");
    const disputed = { ...RUNNING, progress: { ...COUNTS, disputes: 2 } };
    expect(nextAct({ ...SIGHT, campaigns: [RUNNING, disputed] })?.label).toBe("Look at 2 disputes");
    const done = { ...RUNNING, progress: { ...COUNTS, complete: 3, withdrawn: 1 } };
    expect(nextAct({ ...SIGHT, campaigns: [done] })?.href).toBe("/projects/faces/campaigns/7/agreement");
    expect(nextAct({ ...SIGHT, campaigns: [{ ...done, state: "closed" }] })).toBeNull();
  });

  it("leaves people alone while work runs", () => {
    expect(nextAct(SIGHT)).toBeNull();
  });

  it("shows an adjudicator disputes and nothing that only a lead may do", () => {
    expect(nextAct({ ...SIGHT, roles: ["adjudicator"], images: 0, campaigns: [] })).toBeNull();
    const disputed = { ...RUNNING, progress: { ...COUNTS, disputes: 1 } };
    expect(nextAct({ ...SIGHT, roles: ["adjudicator"], campaigns: [disputed] })?.label).toBe(
      "Settle 1 dispute",
    );
  });
});
