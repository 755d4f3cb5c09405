import { describe, expect, it } from "vitest";
import { answerRequestOf, retrieveContext, type RetrieveParts } from "../../src/answer/retrieve.ts";
import { openSearch, type RetrievedEvidence } from "../../src/answer/search.ts";
import { NOTHING_RETRIEVED } from "../../src/cache/evidence.ts";
import type { ChatMessage } from "../../src/history/types.ts";
import { OPEN_VIEW } from "../../src/knowledge/reader-groups.ts";
import { makeAsked, makeSearch } from "../support/make-asked.ts";
import { makeRetrieved } from "../support/make-passage.ts";

const PASSAGE = makeRetrieved();
const EVIDENCE: RetrievedEvidence = {
  passages: [PASSAGE],
  trace: NOTHING_RETRIEVED,
  knowledgeVersion: "7",
  view: OPEN_VIEW,
};
const HISTORY: readonly ChatMessage[] = [
  { role: "user", content: "How do I share a folder?" },
  { role: "assistant", content: "Open its menu." },
];

/** What texts were embedded and searched for. */
function makeParts({ isRelevant = true } = {}) {
  const texts: string[] = [];
  const parts: RetrieveParts = {
    embedder: {
      embed: async (given) => {
        texts.push(...given);
        return { vectors: given.map(() => Float32Array.of(1, 0)), tokens: 3, estimated: false };
      },
    },
    retrieve: async () => ({ passages: [PASSAGE], trace: NOTHING_RETRIEVED }),
    passages: { version: async () => "7" },
    isRelevant: () => isRelevant,
  };
  return { parts, texts };
}

describe("the context of an answer", () => {
  it("leaves the history out of a complete question that the documents answer", async () => {
    const asked = makeAsked({ history: HISTORY });
    const context = await retrieveContext(
      asked,
      makeSearch({ evidence: EVIDENCE }),
      makeParts().parts,
    );
    expect(context).toEqual({ passages: [PASSAGE], history: [], evidence: EVIDENCE });
  });

  it.each([
    ["depends on the conversation", { standsAlone: false }, true],
    ["is about its asker", { heldBack: "about-oneself" as const }, true],
    ["is not answered by the documents", {}, false],
    ["is asked past the cache", { request: { cacheMode: "bypass" as const } }, true],
  ])("keeps the history where the question %s", async (_case, parts, isRelevant) => {
    const asked = makeAsked({ history: HISTORY, ...parts });
    const search = makeSearch({ evidence: EVIDENCE });
    const context = await retrieveContext(asked, search, makeParts({ isRelevant }).parts);
    expect(context.history).toEqual(HISTORY);
  });

  it("searches for a follow-up together with the question before it", async () => {
    const asked = makeAsked({ history: HISTORY, standsAlone: false, question: "And a file?" });
    const { parts, texts } = makeParts();
    await retrieveContext(asked, openSearch(asked, parts), parts);
    expect(texts).toEqual(["How do I share a folder? And a file?"]);
    expect(asked.meter.spent().embeddingTokens).toBe(3);
  });

  it("searches nothing for work on a text", async () => {
    const search = makeSearch({ evidence: EVIDENCE });
    const asked = makeAsked({ kind: "task", history: HISTORY });
    const context = await retrieveContext(asked, search, makeParts().parts);
    expect(context).toEqual({ passages: [], evidence: undefined, history: HISTORY });
    expect(search.asked.evidence).toBe(0);
  });

  it("is told to the model with the instructions of client and conversation", () => {
    const asked = makeAsked({ instructions: "Answer in one line." });
    const prompt = answerRequestOf(asked, { passages: [PASSAGE], history: [], evidence: EVIDENCE });
    expect(prompt).toMatchObject({
      question: asked.question,
      passages: [PASSAGE],
      instructions: "Answer in one line.",
      conversation: undefined,
    });
  });
});

describe("a search", () => {
  it("embeds and retrieves once, however often it is asked", async () => {
    const { parts, texts } = makeParts();
    const asked = makeAsked();
    const search = openSearch(asked, parts);
    expect(search.begunEvidence()).toBeUndefined();
    const [one, other] = await Promise.all([search.evidence(), search.evidence()]);
    expect(one).toBe(other);
    expect(one?.knowledgeVersion).toBe("7");
    await search.vector();
    expect(texts).toEqual([asked.question]);
  });

  it("keeps its vector, and retrieves anew, when the documents may have changed", async () => {
    const { parts, texts } = makeParts();
    let version = 7;
    const changing = { ...parts, passages: { version: async () => String(version) } };
    const search = openSearch(makeAsked(), changing);
    await search.evidence();
    version = 8;
    expect((await search.again().evidence())?.knowledgeVersion).toBe("8");
    expect((await search.evidence())?.knowledgeVersion).toBe("7");
    expect(texts).toHaveLength(1);
  });

  it("goes on without documents that cannot be searched, and says so", async () => {
    const { parts } = makeParts();
    const asked = makeAsked();
    const broken = { ...parts, retrieve: () => Promise.reject(new Error("away")) };
    expect(await openSearch(asked, broken).evidence()).toBeUndefined();
    expect([...asked.attempt.degraded]).toEqual(["retrieval"]);
  });

  it("goes on without an embedder, and finds by words", async () => {
    const { parts } = makeParts();
    const asked = makeAsked();
    const broken = { ...parts, embedder: { embed: () => Promise.reject(new Error("away")) } };
    const search = openSearch(asked, broken);
    expect(await search.vector()).toEqual({ vector: undefined, isWhole: false });
    expect((await search.evidence())?.passages).toEqual([PASSAGE]);
    expect([...asked.attempt.degraded]).toEqual(["embeddings"]);
  });

  it("says of a vector of a part that it is not whole", async () => {
    const { parts } = makeParts();
    const embed = async () => ({
      vectors: [Float32Array.of(1, 0)],
      tokens: 256,
      estimated: false,
      isCut: true,
    });
    const search = openSearch(makeAsked(), { ...parts, embedder: { embed } });
    expect((await search.vector()).isWhole).toBe(false);
  });
});
