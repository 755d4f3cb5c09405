import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createMarkFilter } from "../../src/chat/citation-marks.ts";

function clean(pieces: string | string[], passages = 0, quotable: string[] = []): string {
  const filter = createMarkFilter({ passages, quotable });
  const shown = [pieces].flat().map((piece) => filter.push(piece));
  return shown.join("") + filter.end();
}

describe("a mark that cites nothing", () => {
  it.each([
    ["Refunds take 30 days [1].", "Refunds take 30 days."],
    ["Refunds take 30 days.[1] Cards too [2][3].", "Refunds take 30 days. Cards too."],
    ["Refunds [1, 2] are paid.", "Refunds are paid."],
    ["[1] Refunds are paid.\n[2] Cards too.", "Refunds are paid.\nCards too."],
    ["返金[1]は30日です[2]。", "返金は30日です。"],
    ["- a [7]\n- b\t[8]", "- a\n- b"],
  ])("is removed with the space before it: %j", (text, left) => expect(clean(text)).toBe(left));

  it("goes alone where its neighbours cite a passage", () => {
    expect(clean("Both [1, 4]. One [2]. None [3].", 2)).toBe("Both [1]. One [2]. None.");
  });

  it.each([
    ["code", "Use `items[1]` or:\n```js\nconst a = [1, 2];\nb[3]\n```"],
    ["code in a longer fence", "````\n```\n[1]\n````"],
    ["a link", "See [1](https://example.com)."],
    ["an index", "Set list[2] = 5, then a[1]b."],
    ["counted from 0", "list[0] and [0, 1]"],
    ["no number of a passage", "[1a] [] [-1] [1234] [x]"],
  ])("stays where it is part of %s", (_what, text) => expect(clean(text)).toBe(text));

  it("stays where the model may have quoted it", () => {
    const text = "Clause [7] says so [1].";
    expect(clean(text, 0, ["What does clause [7] say?"])).toBe("Clause [7] says so.");
  });

  it("is removed behind code, and behind a backtick that opens none", () => {
    expect(clean("`a[1]` is set [1].")).toBe("`a[1]` is set.");
    expect(clean("It costs 5` [1].\n\nYes [1].")).toBe("It costs 5` [1].\n\nYes.");
  });
});

describe("a text in pieces", () => {
  const text = fc
    .array(
      fc.constantFrom("[", "]", "1", "2, 3", " ", "\n", "`", "```", "word", ".", "(", "=", "[1]"),
      { maxLength: 40 },
    )
    .map((parts) => parts.join(""));

  it("loses the same marks as the whole, wherever it is cut", () => {
    const lengths = fc.infiniteStream(fc.integer({ min: 1, max: 5 }));
    const withoutSpace = (shown: string) => shown.replaceAll(/[ \n]/g, "");
    fc.assert(
      fc.property(text, lengths, (whole, each) => {
        const pieces: string[] = [];
        for (let from = 0; from < whole.length; from += pieces.at(-1)?.length ?? 1) {
          pieces.push(whole.slice(from, from + (each.next().value ?? 1)));
        }
        expect(withoutSpace(clean(pieces, 1))).toBe(withoutSpace(clean(whole, 1)));
      }),
      { numRuns: 2_000 },
    );
  });

  it("keeps one of the spaces around a mark", () => {
    expect(clean(["Paid ", "[1] ", "soon."])).toBe("Paid soon.");
    expect(clean(["Paid", " [1", "] soon", " [2]", "."])).toBe("Paid soon.");
  });

  it("is held back for no longer than a mark may be", () => {
    const filter = createMarkFilter({ passages: 0, quotable: [] });
    expect(filter.push("Paid [1")).toBe("Paid");
    expect(filter.push("]")).toBe("");
    expect(filter.push(" soon")).toBe(" soon");
    expect(filter.push(" ".repeat(500)).length).toBeGreaterThan(0);
  });
});
