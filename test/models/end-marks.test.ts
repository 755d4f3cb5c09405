import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEndMarkFilter } from "../../src/models/end-marks.ts";

/** A text in these pieces. */
function filter(pieces: readonly string[]): string {
  const marks = createEndMarkFilter();
  let text = "";
  for (const piece of pieces) text += marks.push(piece);
  return text + marks.end(text);
}

const ENDS = [
  "</s>",
  "<|eot_id|>",
  "<|im_end|>",
  "<|endoftext|>",
  "<end_of_turn>",
  "<|end_of_text|>",
  "<|END_OF_TURN_TOKEN|>",
  "<|eom_id|>",
  "<｜end▁of▁sentence｜>",
  "<|endofassistant|>",
  "<|return|>",
  "<eos>",
  "<|end|>",
];

describe("the mark that ends an answer", () => {
  it.each(ENDS)("%s is taken out, wherever it is cut", (mark) => {
    const text = `Answer [1].${mark}`;
    for (let cut = 0; cut <= text.length; cut += 1) {
      expect(filter([text.slice(0, cut), text.slice(cut)])).toBe("Answer [1].");
    }
    expect(filter(text.split(""))).toBe("Answer [1].");
    expect(filter([`Answer [1].${mark}\n${mark}\n`])).toBe("Answer [1].");
  });

  it.each(ENDS)("%s is a part of an answer that goes on, and of code", (mark) => {
    for (const text of [
      `The mark ${mark} ends a turn.`,
      `Write \`${mark}\``,
      "```\nHello" + mark + "\n```",
      "```\nHello" + mark,
    ]) {
      expect(filter([text])).toBe(text);
      expect(filter(text.split(""))).toBe(text);
    }
  });

  it.each([
    "An old price: <s>30 €</s>",
    "if a < b",
    "a <",
    "Use <b>bold</b>",
    "<|im_start|>",
    "<|user|>",
    "<end",
    "<|im_end",
    "x <|weekend|>",
    "<div>",
  ])("is not seen in %j", (text) => {
    expect(filter([text])).toBe(text);
  });

  it("is looked for no longer in an endless row of them", () => {
    const marks = createEndMarkFilter();
    expect(marks.push("Answer.")).toBe("Answer.");
    // A model that does not stop: time would grow with the square of the row.
    for (let times = 0; times < 100_000; times += 1) marks.push("<|im_end|> ");
    expect(marks.end("Answer.")).toBe("");
  });

  it("is the same however the text is cut", () => {
    const pieces = fc.array(
      fc.constantFrom(...ENDS, "<", "|", "a", " ", "\n", "`", "<s>", ">", "im_end", "_"),
    );
    fc.assert(
      fc.property(pieces, (words) => {
        const text = words.join("");
        expect(filter(text.split(""))).toBe(filter([text]));
        expect(filter(words)).toBe(filter([text]));
      }),
    );
  });
});
