import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_PASSAGE_CHARACTERS } from "../../src/knowledge/cut-units.ts";
import { splitDocument } from "../../src/knowledge/split.ts";
import { markdownParts } from "../support/markdown-text.ts";

const anyText = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 4_000 }),
  fc.string({ unit: "binary", maxLength: 4_000 }),
  fc
    .array(
      fc.constantFrom(
        "#",
        "##",
        " ",
        "\n",
        "\n\n",
        "- ",
        "|",
        "```",
        "~~~",
        "> ",
        "---",
        "===",
        "a",
        "b.",
        "🙂",
        "\t",
        "1. ",
        "<",
        "\uD83D",
      ),
      {
        maxLength: 400,
      },
    )
    .map((parts) => parts.join("")),
);
const blankless = (text: string) => text.replace(/\s+/g, "");

function split(text: string) {
  return splitDocument({ id: "d", title: "Title", text });
}

describe("splitting any text", () => {
  it("gives exact, ordered, separate spans that are no longer than the longest passage", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          anyText,
          markdownParts.map((parts) => parts.map(({ text }) => text).join("\n\n")),
        ),
        (text) => {
          let end = 0;
          for (const passage of split(text)) {
            expect(passage.start).toBeGreaterThanOrEqual(end);
            expect(passage.text).toBe(text.slice(passage.start, passage.end));
            expect(passage.text.trim()).toBe(passage.text);
            expect(passage.text).not.toBe("");
            expect(passage.text.length).toBeLessThanOrEqual(MAX_PASSAGE_CHARACTERS);
            end = passage.end;
          }
        },
      ),
    );
  });

  it("gives every passage an id of its own, the same each time", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const ids = split(text).map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        expect(split(text).map(({ id }) => id)).toEqual(ids);
        for (const id of ids) expect(id).toMatch(/^psg_[0-9a-f]{24}$/);
      }),
    );
  });

  it("never cuts a character in two", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 500, maxLength: 4_000 }), (text) => {
        for (const { text: passage } of split(text.replace(/\p{Surrogate}/gu, ""))) {
          expect(passage).not.toMatch(/\p{Surrogate}/u);
        }
      }),
    );
  });

  it("leaves out nothing but the headings, which stand beside what is below them", () => {
    fc.assert(
      fc.property(markdownParts, (parts) => {
        const passages = split(parts.map(({ text }) => text).join("\n\n"));
        const body = parts.filter(({ heading }) => heading === undefined);
        fc.pre(body.some(({ text }) => blankless(text) !== ""));
        expect(blankless(passages.map(({ text }) => text).join(""))).toBe(
          blankless(body.map(({ text }) => text).join("")),
        );
        const path: { depth: number; text: string }[] = [];
        const expected: string[] = [];
        for (const { text, heading } of parts) {
          if (heading === undefined) {
            if (blankless(text) !== "") expected.push(path.map((above) => above.text).join("/"));
          } else {
            while ((path.at(-1)?.depth ?? 0) >= heading.depth) path.pop();
            path.push(heading);
          }
        }
        expect(new Set(passages.map(({ headings }) => headings.join("/")))).toEqual(
          new Set(expected),
        );
      }),
    );
  });

  it("cuts no block that fits into a passage", () => {
    fc.assert(
      fc.property(markdownParts, (parts) => {
        const passages = split(parts.map(({ text }) => text).join("\n\n"));
        for (const { text, heading } of parts) {
          const isPlain = heading === undefined && !/^[ \n]|\n\s*(?:[-*+]|\d+[.)])[ \t]/.test(text);
          if (!isPlain || text.length > MAX_PASSAGE_CHARACTERS) continue;
          expect(passages.some((passage) => passage.text.includes(text.trim()))).toBe(true);
        }
      }),
    );
  });

  it("cuts no row, item or line of code that fits into a passage", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("- ", "| ", "12. ", "    ", "<li>"),
        fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 5, maxLength: 40 }),
        (mark, lengths) => {
          const rows = lengths.map(
            (length, index) => `${mark}${index} ${"word. ".repeat(length / 6)}end`,
          );
          const passages = split(`Intro.\n\n${rows.join("\n")}`);
          for (const row of rows) {
            expect(passages.some(({ text }) => text.includes(row.trim()))).toBe(true);
          }
        },
      ),
    );
  });
});
