import { describe, expect, it } from "vitest";
import { createSoundText, soundText, soundValue } from "../../src/models/sound-text.ts";

describe("a text that databases and clients take", () => {
  it.each([
    ["plain 💶 text", "plain 💶 text"],
    ["a\0b", "ab"],
    ["half \uD83D of it", "half  of it"],
    ["\uDE00 and \uD83D\uDE00", " and 😀"],
  ])("%j", (text, sound) => {
    expect(soundText(text)).toBe(sound);
    expect(soundValue({ a: [text, 1, null] })).toEqual({ a: [sound, 1, null] });
    const take = createSoundText();
    expect(text.split("").map(take).join("") + take("")).toBe(sound);
  });

  it("has no half of a character at its end", () => {
    const take = createSoundText();
    expect([take("a\uD83D"), take("\uDE00b\uD83D"), take("")]).toEqual(["a", "😀b", ""]);
  });
});
