import { describe, expect, it } from "vitest";
import { citedPassages, saysNotInDocuments } from "../../src/chat/citations.ts";
import { makeRetrieved } from "../support/make-passage.ts";

const passages = ["one", "two", "three"].map((text) => makeRetrieved({ text }));
const cited = (answer: string) => citedPassages(answer, passages).map(({ passage }) => passage);

describe("citations", () => {
  it("are the passages named as [n], each once, in the order of their mention", () => {
    expect(cited("B [2]. A [1], again B [2].")).toEqual(["two", "one"]);
    expect(cited("Both [1, 3].")).toEqual(["one", "three"]);
  });

  it("leave out numbers that no passage has", () => {
    expect(cited("[0] [4] [99] [1a] [] [-1]")).toEqual([]);
  });

  it("keep the document, the span and the score", () => {
    const retrieved = makeRetrieved({ text: "x", documentId: "doc", start: 120, end: 121 });
    expect(citedPassages("[1]", [retrieved])).toEqual([
      {
        number: 1,
        documentId: "doc",
        passageId: retrieved.passage.id,
        title: retrieved.passage.title,
        passage: "x",
        start: 120,
        end: 121,
        score: retrieved.score,
        locator: {},
      },
    ]);
  });

  it("say by what their passage is understood, and where it stands in its file", () => {
    const locator = { page: 7 };
    const retrieved = makeRetrieved({ lead: "| a |", locator, headings: ["Fees"] });
    expect(citedPassages("[1]", [retrieved])[0]).toMatchObject({
      lead: "| a |",
      locator: { page: 7, headings: ["Fees"] },
    });
  });
});

describe("an answer that says there is none", () => {
  it.each([
    "I could not find that in the documents.",
    "Sorry, I couldn't find this in the documents you gave.",
    "I couldn’t find an answer in the passages.",
  ])("%s", (answer) => expect(saysNotInDocuments(answer)).toBe(true));

  it("is not one that found something", () => {
    expect(saysNotInDocuments("You can find that in the documents folder [1].")).toBe(false);
  });
});
