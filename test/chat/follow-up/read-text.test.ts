import { describe, expect, it } from "vitest";
import { loadLexicons } from "../../../src/chat/follow-up/lexicon.ts";
import { createReadText } from "../../../src/chat/follow-up/read-text.ts";
import { readSaid } from "../../../src/chat/understand/read-said.ts";

const lexicons = await loadLexicons("data/follow-up");
const MESSAGE = "Please answer in Dutch from now on.";

describe("what is read of a text", () => {
  it("is remembered for its tenant and for no other", () => {
    const readTextOf = createReadText(lexicons);
    const own = readTextOf("acme")(MESSAGE);
    expect(readTextOf("acme")(MESSAGE)).toBe(own);
    expect(readTextOf("globex")(MESSAGE)).not.toBe(own);
    expect(readSaid(readTextOf("acme")(MESSAGE))).toBe(readSaid(own));
    expect(readSaid(readTextOf("globex")(MESSAGE))).not.toBe(readSaid(own));
  });

  it("stays with its tenant for the messages that are read beside it", () => {
    const readTextOf = createReadText(lexicons);
    const beside = readTextOf("acme")(MESSAGE).read("How do I rent a kayak?");
    expect(readTextOf("acme")("How do I rent a kayak?")).toBe(beside);
    expect(readTextOf("globex")("How do I rent a kayak?")).not.toBe(beside);
  });

  it("is remembered for nobody where no tenant is named", () => {
    const read = createReadText(lexicons)(undefined);
    expect(read(MESSAGE)).not.toBe(read(MESSAGE));
  });

  it("is read once of a text and of a part that is all of it", () => {
    const text = createReadText(lexicons)(undefined)(MESSAGE);
    expect(text.words).toBe(text.words);
    expect(text.part(MESSAGE)).toBe(text);
    expect(text.part("Please answer").low).toBe("please answer");
  });
});
