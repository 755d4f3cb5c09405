import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonShape } from "../../src/operations/json-shape.ts";

const shapeOf = (text: string, most = 1_000) => jsonShape(new TextEncoder().encode(text), most);

describe("the shape of a JSON body, before it is parsed", () => {
  it.each([
    ["nested lists", "[".repeat(65), "too-deep"],
    ["nested objects", '{"a":'.repeat(65), "too-deep"],
    ["as deep as it may be", `${"[".repeat(64)}${"]".repeat(64)}`, "fine"],
    ["many small lists", `[${"[],".repeat(600)}]`, "too-many"],
    ["many numbers", `[${"1,".repeat(1_001)}1]`, "too-many"],
    ["many strings without commas", '""'.repeat(1_001), "too-many"],
    ["brackets and commas in a string", JSON.stringify("[{,".repeat(5_000)), "fine"],
    ["quotes in a string", JSON.stringify('"'.repeat(5_000)), "fine"],
    ["a string that ends in a backslash", `${JSON.stringify("\\")}${"[".repeat(65)}`, "too-deep"],
    ["a string without an end", `"${"[".repeat(5_000)}`, "fine"],
  ])("with %s is detected", (_what, text, shape) => {
    expect(shapeOf(text)).toBe(shape);
  });

  it("accepts every small value, whatever its strings contain", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 10 }), (value) => {
        expect(shapeOf(JSON.stringify(value), 1_000_000)).toBe("fine");
      }),
    );
  });

  it("counts at least each item of an array", () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue({ maxDepth: 1 }), { minLength: 11 }), (list) => {
        expect(shapeOf(JSON.stringify(list), 10)).toBe("too-many");
      }),
    );
  });
});
