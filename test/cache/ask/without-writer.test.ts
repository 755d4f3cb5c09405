import { describe, expect, it } from "vitest";
import { loadAskLanguages } from "../../../src/cache/ask/ask-language.ts";
import { createSeparateAsk } from "../../../src/cache/ask/separate-ask.ts";
import { loadGuardLanguages } from "../../../src/cache/guards/load-guards.ts";
import { readEmptyWords } from "../../../src/cache/ask/trailing-sentences.ts";
import { createWithoutWriter } from "../../../src/cache/ask/without-writer.ts";

const languages = await loadAskLanguages("data/asks");
const empty = readEmptyWords(await loadGuardLanguages("data/guards"));
const withoutWriter = createWithoutWriter(createSeparateAsk(languages), languages, empty);

const letter = (writer: string) => `Dear boat house,

my name is ${writer} and my family has rented from you each summer since we moved to the lake. We read the leaflet and asked at the kiosk, but nobody there could tell us.
How do I rent a kayak for a week?

Kind regards
${writer}`;

describe("a letter", () => {
  it("is left without its writer, wherever the name stands, and asks the same", () => {
    const left = withoutWriter(letter("Vera Lindqvist"));
    expect(left).not.toContain("Vera");
    expect(left).not.toContain("Lindqvist");
    expect(left).toContain("How do I rent a kayak for a week?");
    expect(left).toBe(withoutWriter(letter("Jonas Weber")));
  });

  it("keeps a name that its question holds", () => {
    const message = letter("Vera Lindqvist").replace("rent a kayak", "visit Larkfield Hall");
    expect(withoutWriter(message)).toContain("How do I visit Larkfield Hall for a week?");
  });

  it("is none where little stands around the question", () => {
    expect(withoutWriter("How do I rent a kayak?\nThanks\nVera Lindqvist")).toBeUndefined();
  });
});
