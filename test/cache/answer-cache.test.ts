import { describe, expect, it } from "vitest";
import { createAnswerCache } from "../../src/cache/answer-cache.ts";
import { answerId } from "../../src/cache/normalise-question.ts";
import { createMemoryAnswers } from "../../src/cache/memory-answers.ts";
import { createMemoryPassages } from "../../src/knowledge/memory-passages.ts";
import { makeEntry, randomScope, unitVector } from "../support/make-entry.ts";
import { makePassage } from "../support/make-passage.ts";

const QUESTION = "When are refunds paid?";
const vector = unitVector([1, 1]);
const tenant = "acme";

function openCache() {
  const passages = createMemoryPassages({ dimensions: 2 });
  const answers = createMemoryAnswers({ dimensions: 2, now: () => Date.UTC(2026, 5, 1) });
  const scope = randomScope();
  const put = (documentId: string, ...texts: string[]) =>
    passages.replaceDocument({
      tenant,
      documentId,
      passages: texts.map((text) => ({ ...makePassage({ documentId, text }), vector })),
    });
  const entry = makeEntry({ tenant, scope, question: QUESTION, id: answerId(scope, QUESTION) });
  return { cache: createAnswerCache({ answers, passages }), put, entry, scope };
}

describe("an answer that was given without documents", () => {
  it("is served while its tenant has none, and no longer when the first one came", async () => {
    const { cache, put, entry, scope } = openCache();
    const exact = () => cache.lookUpExact({ tenant, scope, question: QUESTION });
    const nearest = () => cache.lookUpNearest({ tenant, scope, vector, threshold: 0.9 });
    expect(await cache.store(entry, vector)).toBe(true);
    expect([(await exact()).kind, (await nearest()).kind]).toEqual(["hit", "hit"]);

    await put("refunds", "Refunds are paid within 30 days.");
    for (const verdict of [await exact(), await nearest()]) {
      expect(verdict).toMatchObject({ kind: "miss", reasons: ["stale-evidence"] });
    }
  });

  it("is not stored when a document has come while the model spoke", async () => {
    const { cache, put, entry } = openCache();
    await put("refunds", "Refunds are paid within 30 days.");
    expect(await cache.store(entry, vector)).toBe(false);
  });
});
