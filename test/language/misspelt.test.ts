import { describe, expect, it } from "vitest";
import { isMisspelt, isNearStem, mayBeMisspelt } from "../../src/language/misspelt.ts";

describe("misspelt words", () => {
  it.each([
    ["chnage", "change"],
    ["pasword", "password"],
    ["lnk", "link"],
    ["ehllo", "hello"],
    ["charcaetrs", "characters"],
  ])("%s may be %s", (typed, meant) => expect(isMisspelt(typed, meant)).toBe(true));

  it.each([
    ["house", "mouse"],
    ["go", "do"],
    ["pasword", "passenger"],
    ["chnage", "channel"],
  ])("%s is not %s", (typed, meant) => expect(isMisspelt(typed, meant)).toBe(false));

  it("leave a stem whole, or have a typo in it", () => {
    expect(isNearStem("invitaton", "invitat")).toBe(true);
    expect(isNearStem("invitationally", "invitat")).toBe(false);
    expect(isNearStem("windw", "window")).toBe(true);
  });

  it("are looked up only as words of letters that are no common word with a typo", () => {
    expect(["pasword", "waht", "ab12", "密码", "x1"].map(mayBeMisspelt)).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});
