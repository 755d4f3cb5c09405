import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { citedNumbers, sentencesCiting } from "../../web/chat/cited-numbers.ts";
import { markCited } from "../../web/chat/cited-span.ts";

const PASSAGE = "We open at 9. The shop closes at 5 in the afternoon. Dogs are welcome.";

describe("what an answer leans on", () => {
  it("is the sentence of the passage whose words it has", () => {
    expect(markCited(PASSAGE, ["It closes at 5 in the afternoon"])).toEqual([
      { text: "We open at 9. ", isCited: false },
      { text: "The shop closes at 5 in the afternoon. ", isCited: true },
      { text: "Dogs are welcome.", isCited: false },
    ]);
  });

  it("is the whole passage where its words are none of the passage's", () => {
    expect(markCited(PASSAGE, ["Katzen"])).toEqual([{ text: PASSAGE, isCited: true }]);
    expect(markCited(PASSAGE, [])).toEqual([{ text: PASSAGE, isCited: true }]);
  });

  it("loses nothing of a passage, whatever it says", () => {
    const words = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.constantFrom("We open. ", "5.", "\n"),
    );
    fc.assert(
      fc.property(fc.array(words), fc.array(words), (passage, said) => {
        const text = passage.join("");
        const parts = markCited(text, said);
        expect(parts.map((part) => part.text).join("")).toBe(text);
        expect(parts.every(({ isCited }, place) => isCited !== parts[place + 1]?.isCited)).toBe(
          true,
        );
      }),
    );
  });

  it("is told by the marks that sentences end in", () => {
    const text = "Open at 9 [1]. Dogs may come [2, 1]. Cats may not [3][2].";
    expect(citedNumbers(text, 3)).toEqual([1, 2, 3]);
    expect(sentencesCiting(text, 1)).toEqual(["Open at 9", "Dogs may come"]);
    expect(sentencesCiting(text, 2)).toEqual(["Dogs may come", "Cats may not"]);
  });
});
