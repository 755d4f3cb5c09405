import { expect, it } from "vitest";
import { createMemoryPassages } from "../../src/knowledge/memory-passages.ts";
import { describePassageStore } from "../contracts/passage-store.ts";
import { unitVector } from "../support/make-entry.ts";
import { makePassage } from "../support/make-passage.ts";

describePassageStore("memory", async ({ dimensions }) => createMemoryPassages({ dimensions }));

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
