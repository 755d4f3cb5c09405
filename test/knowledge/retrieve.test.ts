import { describe, expect, it } from "vitest";
import { KnowledgeRetriever } from "../../src/knowledge/knowledge-retriever.ts";
import { createRetrieve, isRelevant } from "../../src/knowledge/retrieve.ts";
import { contentStems } from "../../src/language/words.ts";
import { makeRetrieved } from "../support/make-passage.ts";
import { openKnowledge } from "../support/open-knowledge.ts";

async function begin() {
  const knowledge = await openKnowledge();
  for (const [id, text] of [
    ["refunds", "Refunds are paid within 30 days."],
    ["invoices", "Invoices are sent every month."],
    ["teams", "Invite your team by mail."],
  ] as const) {
    await knowledge.ingest.put({
      tenant: "acme",
      document: { id, title: id, text, source: null },
    });
  }
  const retrieve = createRetrieve(knowledge.passages);
  const ask = async (text: string, query: { limit?: number; documentIds?: string[] } = {}) => {
    const { vectors } = await knowledge.embedder.embed([text]);
    const vector = vectors[0] ?? new Float32Array();
    const { passages: found } = await retrieve({ tenant: "acme", text, vector, ...query });
    return found.map(({ passage }) => passage.documentId);
  };
  return { ...knowledge, retrieve, ask };
}

describe("retrieving", () => {
  it("gives the passage first that fits by words and meaning", async () => {
    const { ask } = await begin();
    expect((await ask("When are refunds paid?"))[0]).toBe("refunds");
    expect(await ask("When are invoices sent?", { limit: 1 })).toEqual(["invoices"]);
  });

  it("looks only into the documents asked for", async () => {
    const { ask } = await begin();
    expect(await ask("refunds", { documentIds: ["teams"] })).toEqual(["teams"]);
    expect(await ask("refunds", { documentIds: [] })).toEqual([]);
  });

  it("says which words of the question the first passages have, in any form and of the titles too", async () => {
    const { retrieve, embedder, ingest } = await begin();
    const named = async (text: string) => {
      const { vectors } = await embedder.embed([text]);
      const vector = vectors[0] ?? new Float32Array();
      return (await retrieve({ tenant: "acme", text, vector })).trace.named;
    };
    expect(await named("Was my refund paid by cheque?")).toEqual(contentStems("refund paid"));
    await ingest.put({
      tenant: "acme",
      document: { id: "refunds", title: "Cheques", text: "Refunds are paid late.", source: null },
    });
    expect(await named("Was my refund paid by cheque?")).toEqual(
      contentStems("refund paid cheque"),
    );
  });

  it("weighs meaning against words as it is told", async () => {
    const { passages, embedder } = await begin();
    const { vectors } = await embedder.embed(["Invite your team by mail."]);
    // The words ask for refunds, the vector for teams.
    const query = {
      tenant: "acme",
      text: "refunds paid",
      vector: vectors[0] ?? new Float32Array(),
    };
    const firstWith = async (vectorShare: number | undefined) => {
      const { passages: found } = await createRetrieve(passages, { vectorShare })(query);
      return found[0]?.passage.documentId;
    };
    expect(await firstWith(1)).toBe("teams");
    expect(await firstWith(0)).toBe("refunds");
    expect(await firstWith(undefined)).toBe("refunds");
  });

  it("ranks by the meaning of words where it is known, and leaves the evidence as it is", async () => {
    const { passages, embedder, retrieve } = await begin();
    const query = {
      tenant: "acme",
      text: "Reimbursement for my team",
      vector: new Float32Array(embedder.dimensions),
    };
    const plain = await retrieve(query);
    const meaning = {
      weight: (word: string) => (word === "reimbursement" ? 100 : 1),
      likeness: (one: string, other: string) =>
        one === "reimbursement" && other === "refunds" ? 1 : 0,
      isKnown: () => true,
    };
    const ranked = await createRetrieve(passages, { meaning })(query);
    expect(plain.passages[0]?.passage.documentId).not.toBe("refunds");
    expect(ranked.passages[0]?.passage.documentId).toBe("refunds");
    expect(ranked.trace).toEqual(plain.trace);
    for (const { score } of ranked.passages) expect(score).toBeLessThanOrEqual(1);
  });

  it("is a LangChain retriever", async () => {
    const { retrieve, embedder } = await begin();
    const retriever = new KnowledgeRetriever(async (text) => {
      const [vector] = (await embedder.embed([text])).vectors;
      return (await retrieve({ tenant: "acme", text, vector, limit: 1 })).passages;
    });
    const [document] = await retriever.invoke("When are refunds paid?");
    expect(document?.pageContent).toBe("Refunds are paid within 30 days.");
    expect(document?.metadata).toMatchObject({ documentId: "refunds", start: 0, end: 32 });
  });
});

describe("whether a passage speaks of the question", () => {
  const far = { ...makeRetrieved({ title: "Help" }), similarity: 0.1 };

  it("does when it is near, whatever its words", () => {
    expect(isRelevant("Qwertz?", { ...far, similarity: 0.7 })).toBe(true);
    expect(isRelevant("Qwertz?", { ...far, similarity: 0.7 }, { minSimilarity: 0.8 })).toBe(false);
  });

  it("does when it has half of the question's content words, in any form", () => {
    expect(isRelevant("When is a refund paid?", far)).toBe(true);
    expect(isRelevant("Refunds for elephants?", far)).toBe(true);
    expect(isRelevant("Refunds for elephants of Hannibal?", far)).toBe(false);
    expect(isRelevant("What about it?", { ...far, similarity: null })).toBe(false);
  });
});
