import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readDocumentText } from "../../src/knowledge/load.ts";
import { MAX_PASSAGE_CHARACTERS } from "../../src/knowledge/cut-units.ts";
import { passageContext, passageText } from "../../src/knowledge/passage-text.ts";
import { splitDocument } from "../../src/knowledge/split.ts";

const split = (text: string, title = "Help") => splitDocument({ id: "help", title, text });
const rows = (make: (index: number) => string, count = 150) =>
  Array.from({ length: count }, (_value, index) => make(index + 1)).join("\n");

describe("a passage from the middle", () => {
  it.each([
    [
      "with bars around it",
      "| Lock | Height |\n|---|---|",
      (index: number) => `| Lock of the canal, number ${index} | ${index} m |`,
    ],
    [
      "without bars around it",
      "Lock | Height\n--- | ---",
      (index: number) => `Lock of the canal, number ${index} | ${index} m`,
    ],
  ])("of a table %s has its header", (_what, header, row) => {
    const passages = split(`# Locks\n\n${header}\n${rows(row)}`);
    expect(passages.length).toBeGreaterThan(4);
    expect(passages[0]?.lead).toBeUndefined();
    for (const passage of passages.slice(1)) expect(passage.lead).toBe(header);
  });

  it("of a table in HTML has its header, and the sentence above it", () => {
    const table = rows(
      (index) => `<tr><td>Lock number ${index} of the canal</td><td>${index}</td></tr>`,
    );
    const { text } = readDocumentText(
      `<html><p>Heights in metres:</p><table><tr><th>Lock</th><th>Height</th></tr>${table}</table>`,
    );
    for (const passage of split(text).slice(1)) {
      expect(passage.lead).toBe("Heights in metres:\n| Lock | Height |\n|---|---|");
    }
  });

  it("of a list has the sentence that leads it in, and the items above it", () => {
    const list = rows((index) =>
      index % 20 === 1 ? `- Canal ${index}` : `  - lock number ${index}, which is opened by hand`,
    );
    const passages = split(
      `# Fees\n\nBoats pay. These locks cost 3 euros each:\n\n${list}\n\nThat is all.`,
    );
    expect(passages.length).toBeGreaterThan(4);
    for (const { text, lead } of passages.slice(1)) {
      expect(lead).toMatch(/^These locks cost 3 euros each:/);
      if (text.startsWith("- lock")) expect(lead).toMatch(/\n- Canal \d+$/);
    }
  });

  it("of a list that nothing leads in has no lead", () => {
    const passages = split(
      `Boats pay.\n\n${rows((index) => `- lock number ${index} is opened by hand`)}`,
    );
    for (const { lead } of passages) expect(lead).toBeUndefined();
  });

  it("of code has the lines that it is in, and begins where one begins", () => {
    const methods = rows(
      (index) =>
        `  open${index}(height: number) {\n    // a comment of some length\n    this.gate.raise(height, ${index});\n    return this;\n  }\n`,
      40,
    );
    const passages = split(`\`\`\`ts\nexport class Lock {\n${methods}\n}\n\`\`\``);
    expect(passages.length).toBeGreaterThan(3);
    for (const { text, lead } of passages.slice(1)) {
      expect(text).toMatch(/^open\d+\(/);
      expect(lead).toBe("export class Lock {");
    }
  });

  it("is embedded with its lead, and is no longer with it than a passage may be", () => {
    const passages = split(
      `| a | b |\n|---|---|\n${rows((index) => `| ${index} | ${"word ".repeat(12)} |`)}`,
    );
    for (const passage of passages) {
      expect(passageContext(passage)).toContain("| a | b |");
      expect(passageText(passage).length).toBeLessThanOrEqual(MAX_PASSAGE_CHARACTERS);
    }
  });
});

describe("an edit of one row", () => {
  it("changes few passages, however long the table", () => {
    const table = Array.from(
      { length: 12_000 },
      (_value, index) =>
        `| L${10_000 + 7 * index} | lock of canal ${index % 89} | ${(index * 37) % 900} |`,
    );
    const contextsOf = (lines: readonly string[]) =>
      split(`| id | name | height |\n|---|---|---|\n${lines.join("\n")}`).map(passageContext);
    const before = new Set(contextsOf(table));
    expect(before.size).toBeGreaterThan(500);
    const changed: number[] = [];
    fc.assert(
      fc.property(fc.nat(table.length - 1), (at) => {
        const edited = table.with(at, `${table[at]?.slice(0, -1)} corrected |`);
        changed.push(contextsOf(edited).filter((context) => !before.has(context)).length);
      }),
      { numRuns: 40, seed: 5 },
    );
    const few = changed.filter((count) => count <= 3).length;
    expect(few / changed.length).toBeGreaterThanOrEqual(0.9);
    expect(Math.max(...changed)).toBeLessThanOrEqual(8);
  });
});

describe("places in a file", () => {
  it("divide passages at parts and sheets, and number pages and rows", () => {
    const text = "One.\n\nTwo.\n\n| a | b |\n| c | d |\n\nThree.";
    const places = [
      { start: 0, page: 1 },
      { start: text.indexOf("Two"), page: 2 },
      { start: text.indexOf("| a"), sheet: "S", row: 4 },
      { start: text.indexOf("| c"), sheet: "T", row: 9 },
      { start: text.indexOf("Three"), part: "x.md" },
    ];
    const passages = splitDocument({ id: "d", title: "Places", text, places });
    expect(passages.map(({ text, headings, locator }) => [text, headings, locator])).toEqual([
      ["One.\n\nTwo.", [], { page: 1 }],
      ["| a | b |", ["S"], { sheet: "S", row: 4 }],
      ["| c | d |", ["T"], { sheet: "T", row: 9 }],
      ["Three.", ["x.md"], undefined],
    ]);
  });
});
