import { describe, expect, it } from "vitest";
import { passageContext } from "../../src/knowledge/passage-text.ts";
import { readPassages, splitDocument } from "../../src/knowledge/split.ts";

function split(text: string, title = "Help") {
  return splitDocument({ id: "help", title, text });
}

describe("splitting a document", () => {
  it("makes a passage of each section and keeps the headings beside it", () => {
    const text =
      "# Help\n\nIntro.\n\n## Billing\n\nPay.\n\n### Refunds **now**\n\nBack.\n\n## Teams\n\nInvite.";
    expect(split(text).map(({ headings, text }) => [headings, text])).toEqual([
      [[], "Intro."],
      [["Billing"], "Pay."],
      [["Billing", "Refunds now"], "Back."],
      [["Teams"], "Invite."],
    ]);
  });

  it("keeps a first heading that is not the title", () => {
    expect(split("# Other\n\nText.")[0]?.headings).toEqual(["Other"]);
  });

  it("knows underlined headings, and no others in code, lists or front matter", () => {
    const text =
      "---\ntitle: x\n---\n\nBig\n===\n\nbody\n\nSmall\n-----\n\n```sh\n# comment\n```\n\n- # item\n";
    expect(split(text).map(({ headings, text }) => [headings, text])).toEqual([
      [["Big"], "body"],
      [["Big", "Small"], "```sh\n# comment\n```\n\n- # item"],
    ]);
  });

  it("joins small neighbours of a section into one passage", () => {
    const text = Array.from({ length: 10 }, (_value, index) => `Paragraph ${index}.`).join("\n\n");
    expect(split(text)).toHaveLength(1);
  });

  it("cuts a long paragraph at the ends of sentences, or at spaces where there are none", () => {
    const sentence = "This is a sentence of some words that goes\non for a while. ";
    for (const { text } of split(sentence.repeat(60))) expect(text).toMatch(/^This.*while\.$/s);
    for (const { text } of split("word ".repeat(1_000))) expect(text).toMatch(/^word( word)*$/);
  });

  it("changes the ids of edited and moved passages only", () => {
    const sections = Array.from({ length: 9 }, (_value, index) => `## S${index}\n\nText ${index}.`);
    const idsWith = (section: string) =>
      split(sections.with(4, section).join("\n\n")).map(({ id }) => id);
    const before = idsWith("## S4\n\nText 4.");
    const edited = idsWith("## S4\n\nText X.");
    expect(edited.map((id, place) => id === before[place])).toEqual(
      before.map((_id, place) => place !== 4),
    );
    const longer = idsWith("## S4\n\nAnother text, longer than before.");
    expect(longer.map((id, place) => id === before[place])).toEqual(
      before.map((_id, place) => place < 4),
    );
  });

  it("gives the same text under another title, heading or document another id", () => {
    const id = (document: { id: string; title: string; text: string }) =>
      splitDocument(document)[0]?.id;
    const ids = [
      id({ id: "a", title: "T", text: "Text." }),
      id({ id: "b", title: "T", text: "Text." }),
      id({ id: "a", title: "U", text: "Text." }),
      id({ id: "a", title: "T", text: "# H\n\nText." }),
    ];
    expect(new Set(ids).size).toBe(4);
  });

  it("reads a document of headings alone as text, and has nothing to say of nothing", () => {
    expect(split("")).toEqual([]);
    expect(split(" \n\n\t")).toEqual([]);
    const [passage, ...more] = split("# Help\n\n## Open from 9 to 5\n");
    expect(passage).toMatchObject({ headings: [], text: "# Help\n\n## Open from 9 to 5" });
    expect(more).toEqual([]);
    for (const { text } of split("# Help\n".repeat(1_000)))
      expect(text).toMatch(/^# Help(\n# Help)*$/);
  });

  it("does no more than is asked of it", () => {
    const text = "# A\n\nText.\n\n".repeat(400_000);
    const passages = readPassages({ id: "help", title: "Help", text });
    const first = Array.from({ length: 3 }, () => passages.next().value);
    expect(first.map((passage) => passage?.end)).toEqual([10, 22, 34]);
  });

  it("gets through a megabyte of anything", () => {
    const pieces = [
      "word ",
      "word\n",
      "- x\n",
      "> ",
      "- ",
      "[",
      "*a_",
      "|a",
      "#",
      "# ",
      "`",
      "```\n",
      "\n",
      "a\n===\n",
      "<",
      "🙂",
      " ",
    ];
    for (const piece of pieces) {
      const text = piece.repeat(1_000_000 / piece.length);
      expect(split(text).every(({ text }) => text.length <= 1_200)).toBe(true);
    }
  });

  it("embeds a passage with its title and headings", () => {
    const [passage] = split("# Help\n\n## Billing\n\nPay.");
    expect(passage && passageContext(passage)).toBe("Help\nBilling\nPay.");
  });
});
