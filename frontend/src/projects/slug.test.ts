import { expect, test } from "vitest";
import { slugOf } from "./slug";

test("a name becomes the short name the server would make of it", () => {
  expect(slugOf("Café & Co.")).toBe("cafe-co");
  expect(slugOf("  Product photos, spring 2027 ")).toBe("product-photos-spring-2027");
  expect(slugOf("日本")).toBe("");
  expect(slugOf("x".repeat(200))).toHaveLength(80);
});
