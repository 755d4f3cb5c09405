import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkRewriting } from "../../src/chat/check-rewriting.ts";
import { loadLexicons } from "../../src/chat/follow-up/lexicon.ts";
import { createReadText } from "../../src/chat/follow-up/read-text.ts";
import type { ChatMessage } from "../../src/history/types.ts";

const read = createReadText(await loadLexicons("data/follow-up"))("tests");
const history: ChatMessage[] = [
  { role: "user", content: "How is two-factor login enabled?" },
  {
    role: "assistant",
    content: "Open Settings, then Security. The Team plan has 5 recovery codes.",
  },
];
const check = (reply: string, message = "And how is it undone?", said = history) =>
  checkRewriting(reply, { message, history: said, read });

describe("a rewriting", () => {
  it("is taken when it names what was meant", () => {
    expect(check(' "How is two-factor login undone?" ')).toEqual({
      kind: "accepted",
      question: "How is two-factor login undone?",
    });
    expect(
      check("How many recovery codes does the Team plan have?", "How many are there?").kind,
    ).toBe("accepted");
  });

  it.each(["How is two-factor login enabled?", "The Team plan has 5 recovery codes."])(
    "is not taken for a wish about the answer where it says what was said: %s",
    (reply) => {
      const repeated = { kind: "refused", reason: "repeats" };
      expect(check(reply, "Make it shorter, please.")).toEqual(repeated);
      // Whoever asks the same again, word for word, may have the same answer.
      expect(check(reply, reply).kind).toBe("accepted");
    },
  );

  it.each([
    ["", "empty"],
    ["UNCLEAR", "unclear"],
    [`How is two-factor login undone ${"and undone ".repeat(60)}?`, "too-long"],
    ["Two-factor login is undone in Settings.", "not-a-question"],
    ["How is two-factor login undone?\nIn Settings?", "not-a-question"],
    ["How is two-factor login undone in Okta?", "invented"],
    ["How are 12 recovery codes undone?", "invented"],
    ["Quand ferme-t-on?", "invented"],
    ["Wie wird two-factor login rückgängig gemacht?", "other-language"],
    ["How is  two-factor login ENABLED ?", "repeats"],
    ["How is it undone?", "still-leans"],
    ["What about two-factor login?", "still-leans"],
  ])("%j is refused: %s", (reply, reason) => {
    expect(check(reply)).toEqual({ kind: "refused", reason });
  });

  it("may be in a language without a lexicon when the message was", () => {
    const said: ChatMessage[] = [{ role: "user", content: "Wie lange dauert eine Lieferung?" }];
    const asked = "Und wie lange dauert das samstags?";
    expect(check("Wie lange dauert eine Lieferung samstags?", asked, said).kind).toBe("accepted");
    expect(check("How long does a Lieferung take?", asked, said)).toEqual({
      kind: "refused",
      reason: "other-language",
    });
  });

  it("has a verdict whatever the model says", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 3000, unit: "grapheme" }), (reply) => {
        expect(["accepted", "refused"]).toContain(check(reply).kind);
      }),
    );
  });
});
