import { describe, expect, it } from "vitest";
import { changed, filterFrom, isFiltered, queryOf } from "./filters";

describe("the filter of the gallery", () => {
  it("comes from the address and goes back into it", () => {
    const search = changed(new URLSearchParams("generator=aurora-2"), "text", "a cat");
    expect(filterFrom(search)).toMatchObject({ generator: "aurora-2", text: "a cat", withdrawn: "" });
    expect(changed(search, "generator", "").toString()).toBe("text=a+cat");
  });

  it("takes the last day whole", () => {
    const query = queryOf(
      filterFrom(new URLSearchParams("created_after=2026-02-28&created_before=2026-02-28")),
    );
    expect(query).toMatchObject({
      created_after: "2026-02-28T00:00:00Z",
      created_before: "2026-03-01T00:00:00Z",
    });
  });

  it("does not call the view of withdrawn images a filter", () => {
    expect(isFiltered(filterFrom(new URLSearchParams("withdrawn=true")))).toBe(false);
    expect(isFiltered(filterFrom(new URLSearchParams("has_prompt=false")))).toBe(true);
  });
});
