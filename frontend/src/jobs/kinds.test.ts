import { expect, test } from "vitest";
import { titleOf } from "./kinds";

test("known kinds have a title, unknown ones are spelled out", () => {
  expect(titleOf("corpus.import")).toBe("Import of images");
  expect(titleOf("gold.carry_over")).toBe("Gold: carry over");
  expect(titleOf("odd")).toBe("Odd");
});
