import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitDocument } from "../../src/knowledge/split.ts";

const block = fc.oneof(
  fc.lorem({ maxCount: 60 }),
  fc.lorem({ maxCount: 4 }).map((text) => `## ${text}`),
  fc
    .array(fc.lorem({ maxCount: 12 }), { minLength: 1, maxLength: 40 })
    .map((items) => items.map((item) => `- ${item}`).join("\n")),
  fc.string({ minLength: 1, maxLength: 3000, unit: "grapheme" }),
  fc.lorem({ maxCount: 30 }).map((text) => `\`\`\`\n${text}\n\`\`\``),
);
const markdown = fc.array(block, { maxLength: 12 }).map((blocks) => blocks.join("\n\n"));
const split = (text: string) => splitDocument({ id: "doc", title: "Title", text });

describe("splitting", () => {
  it("gives exact, ordered spans of bounded length that never overlap, each with an id of its own", () => {
    fc.assert(
      fc.property(markdown, (text) => {
        let before = 0;
        const passages = split(text);
        for (const passage of passages) {
          expect(passage.text).toBe(text.slice(passage.start, passage.end));
          expect(passage.text.trim()).not.toBe("");
          expect(passage.start).toBeGreaterThanOrEqual(before);
          expect(passage.text.length).toBeLessThanOrEqual(1200);
          before = passage.end;
        }
        expect(new Set(passages.map(({ id }) => id)).size).toBe(passages.length);
      }),
    );
  });

  it("loses no word of plain paragraphs", () => {
    fc.assert(
      fc.property(fc.array(fc.lorem({ maxCount: 200 }), { maxLength: 8 }), (paragraphs) => {
        const text = paragraphs.join("\n\n");
        const words = (value: string) => value.split(/\s+/).filter((word) => word !== "");
        expect(split(text).flatMap((passage) => words(passage.text))).toEqual(words(text));
      }),
    );
  });

  it("keeps headings beside the text, and the ids of passages that did not change", () => {
    const before = split(
      "# Title\n\nIntro.\n\n## Refunds\n\nWithin 30 days.\n\n### Cards\n\nFive days.",
    );
    expect(before.map(({ headings, text }) => [headings, text])).toEqual([
      [[], "Intro."],
      [["Refunds"], "Within 30 days."],
      [["Refunds", "Cards"], "Five days."],
    ]);
    const after = split(
      "# Title\n\nAnother intro, longer.\n\n## Refunds\n\nWithin 30 days.\n\n### Cards\n\nTen days.",
    );
    expect(after.map(({ id }, index) => id === before[index]?.id)).toEqual([false, true, false]);
  });
});
