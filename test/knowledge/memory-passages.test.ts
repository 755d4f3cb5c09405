import { expect, it } from "vitest";
import { createMemoryPassages } from "../../src/knowledge/memory-passages.ts";
import { describePassageReaders } from "../contracts/passage-readers.ts";
import { describePassageStore } from "../contracts/passage-store.ts";
import { unitVector } from "../support/make-entry.ts";
import { makePassage } from "../support/make-passage.ts";

for (const describeContract of [describePassageStore, describePassageReaders]) {
  describeContract("memory", async ({ dimensions }) => createMemoryPassages({ dimensions }));
}

it("refuses passages past its limit and keeps the document it had", async () => {
  const passages = createMemoryPassages({ dimensions: 2, maxPassages: 3 });
  const make = (documentId: string, count: number) =>
    Array.from({ length: count }, (_value, index) => ({
      ...makePassage({ id: `${documentId}${index}`, documentId }),
      vector: unitVector([1, index]),
    }));
  const put = (tenant: string, documentId: string, count: number) =>
    passages.replaceDocument({ tenant, documentId, passages: make(documentId, count) });
  await put("acme", "a", 2);
  await expect(put("other", "b", 2)).rejects.toMatchObject({ code: "too_large" });
  await expect(put("acme", "a", 4)).rejects.toMatchObject({ code: "too_large" });
  await put("acme", "a", 3);
  expect(await passages.count("acme")).toBe(3);
  expect(await passages.count("other")).toBe(0);
});

it("finds other forms of a word, with accents or without", async () => {
  const passages = createMemoryPassages({ dimensions: 2 });
  const passage = makePassage({ text: "Refunding a résumé" });
  await passages.replaceDocument({
    tenant: "acme",
    documentId: "help",
    passages: [{ ...passage, vector: unitVector([1, 0]) }],
  });
  for (const text of ["refunds", "REFUNDED", "resume", "Résumés"]) {
    const { byText } = await passages.search({
      tenant: "acme",
      text,
      vector: unitVector([0, 1]),
      limit: 5,
    });
    expect(byText).toHaveLength(1);
  }
});

it("stays whole while documents come and go for a while", async () => {
  const passages = createMemoryPassages({ dimensions: 2 });
  const word = (seed: number) => `w${((seed * 2_654_435_761) % 4_000_000_007).toString(36)}`;
  for (let round = 0; round < 1_500; round += 1) {
    const text = Array.from({ length: 40 }, (_value, index) => word(round * 40 + index)).join(" ");
    const passage = { ...makePassage({ id: `p${round}`, text }), vector: unitVector([1, 0]) };
    const documentId = `d${round % 50}`;
    await passages.replaceDocument({ tenant: "acme", documentId, passages: [passage] });
    if (round % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 12));
  }
  expect(await passages.count("acme")).toBe(50);
  const search = (text: string) =>
    passages.search({ tenant: "acme", text, vector: unitVector([1, 0]), limit: 5 });
  expect((await search(word(1_499 * 40))).byText.map(({ passage }) => passage.id)).toEqual([
    "p1499",
  ]);
  expect((await search(word(1_449 * 40))).byText).toEqual([]);
});
