import { describe, expect, it } from "vitest";
import { createAnswerCache } from "../../src/cache/answer-cache.ts";
import { answerId } from "../../src/cache/scope.ts";
import { createMemoryAnswers } from "../../src/cache/memory-answers.ts";
import { createMemoryPassages } from "../../src/knowledge/memory-passages.ts";
import { createRetrieve } from "../../src/knowledge/retrieve.ts";
import { makeEntry, randomScope, unitVector } from "../support/make-entry.ts";
import { makePassage } from "../support/make-passage.ts";

const QUESTION = "When are refunds paid?";
const vector = unitVector([1, 1]);
const tenant = "acme";

function openCache() {
  const passages = createMemoryPassages({ dimensions: 2 });
  const now = () => Date.UTC(2026, 5, 1);
  const answers = createMemoryAnswers({ dimensions: 2, now });
  const retrieve = createRetrieve(passages);
  const scope = randomScope();
  const put = (documentId: string, ...texts: string[]) =>
    passages.replaceDocument({
      tenant,
      documentId,
      passages: texts.map((text) => ({ ...makePassage({ documentId, text }), vector })),
    });
  const entry = makeEntry({ tenant, scope, question: QUESTION, id: answerId(scope, QUESTION) });
  const compareQuestions = () => [];
  const cache = createAnswerCache({ answers, passages, retrieve, compareQuestions, now });
  return { cache, put, entry, scope, passages, retrieve };
}

describe("an answer that was given without documents", () => {
  it("is served while its tenant has none, and no longer when the first one came", async () => {
    const { cache, put, entry, scope, passages } = openCache();
    const exact = () => cache.lookUpExact({ tenant, scope, question: QUESTION });
    const nearest = async () => {
      const { verdict } = await cache.lookUpNearest({
        tenant,
        scope,
        vector,
        question: QUESTION,
        thresholds: { serve: 0.9, grey: 1 },
        retrieval: Promise.resolve(undefined),
      });
      return verdict;
    };
    for (const look of [exact, nearest]) {
      expect(await cache.store(entry, vector)).toBe(true);
      expect(await look()).toMatchObject({ kind: "hit" });
      await put("refunds", "Refunds are paid within 30 days.");
      expect(await look()).toMatchObject({ kind: "miss", reasons: ["stale-evidence"] });
      expect(await look()).toMatchObject({ kind: "miss", reasons: ["no-stored-answer"] });
      await passages.removeDocument({ tenant, documentId: "refunds" });
    }
  });

  it("is not stored when a document has come while the model spoke", async () => {
    const { cache, put, entry } = openCache();
    await put("refunds", "Refunds are paid within 30 days.");
    expect(await cache.store(entry, vector)).toBe(false);
  });
});

describe("an answer that was made from documents", () => {
  async function openAnswered() {
    const opened = openCache();
    const { put, passages, retrieve, cache, entry, scope } = opened;
    await put("refunds", "Refunds are paid within 30 days.");
    await put("shipping", "Parcels take three days.");
    const { trace } = await retrieve({ tenant, text: QUESTION, vector });
    const [passageId = ""] = trace.fused;
    const evidence = [{ documentId: "refunds", passageId }];
    const knowledgeVersion = await passages.version(tenant);
    const answered = { ...entry, evidence, retrieved: trace, knowledgeVersion };
    expect(await cache.store(answered, vector)).toBe(true);
    const look = async () => (await cache.lookUpExact({ tenant, scope, question: QUESTION })).kind;
    return { ...opened, look };
  }

  it("is served again after changes that do not concern it", async () => {
    const { put, passages, look } = await openAnswered();
    await put("shipping", "Parcels take five days.");
    expect(await look()).toBe("hit");
    await passages.removeDocument({ tenant, documentId: "shipping" });
    expect(await look()).toBe("hit");
    await put("privacy", "Data is kept in Hamburg.");
    expect(await look()).toBe("hit");
  });

  it("is gone when its document says something else, or nothing", async () => {
    for (const texts of [["Refunds are paid within 14 days."], []]) {
      const { put, look } = await openAnswered();
      await put("refunds", ...texts);
      expect(await look()).toBe("miss");
    }
  });

  it("is gone when a new passage answers its question better", async () => {
    const { put, look } = await openAnswered();
    await put(
      "news",
      "When are refunds paid? From now on when refunds are asked for: paid at once.",
    );
    expect(await look()).toBe("miss");
  });
});
