import { describe, expect, it } from "vitest";
import { createMemoryPassages } from "../../src/knowledge/memory-passages.ts";
import type { DocumentInput, PassageStore } from "../../src/knowledge/types.ts";
import { openKnowledge } from "../support/open-knowledge.ts";
import { wordEmbedder } from "../support/word-embedder.ts";

const TEXT = "# Help\n\n## Refunds\n\nWithin 30 days.\n\n## Invoices\n\nEvery month.";
const CHANGED = TEXT.replace("30 days", "14 days");
const key = { tenant: "acme", documentId: "help" };

function write(parts: Partial<DocumentInput> = {}) {
  return {
    tenant: "acme",
    document: { id: "help", title: "Help", text: TEXT, source: null, ...parts },
  };
}

describe("putting a document", () => {
  it("makes its passages found before it returns", async () => {
    const { ingest, found, documents } = await openKnowledge();
    expect(await ingest.put(write())).toEqual({
      id: "help",
      isNew: true,
      version: 1,
      passages: 2,
      embedded: 2,
      reused: 0,
      removed: 0,
      invalidatedAnswers: 2,
    });
    expect(await found("refunds")).toEqual(["Within 30 days."]);
    expect((await documents.get(key))?.passages).toBe(2);
  });

  it("embeds the changed passage only, and removes the answers made from the document", async () => {
    const { ingest, found, embedder, forgotten } = await openKnowledge();
    await ingest.put(write());
    embedder.asked.length = 0;
    forgotten.length = 0;
    expect(await ingest.put(write({ text: CHANGED }))).toEqual({
      id: "help",
      isNew: false,
      version: 2,
      passages: 2,
      embedded: 1,
      reused: 1,
      removed: 1,
      invalidatedAnswers: 2,
    });
    expect(embedder.asked).toEqual(["Help\nRefunds\nWithin 14 days."]);
    expect(forgotten).toEqual(["help"]);
    expect(await found("days")).toEqual(["Within 14 days."]);
  });

  it("does nothing for the same text and title, but keeps a new source", async () => {
    const { ingest, embedder, forgotten, documents } = await openKnowledge();
    await ingest.put(write());
    embedder.asked.length = 0;
    forgotten.length = 0;
    expect(await ingest.put(write({ source: "file:help.md" }))).toMatchObject({
      version: 1,
      embedded: 0,
      reused: 2,
      removed: 0,
      invalidatedAnswers: 0,
    });
    expect(embedder.asked).toEqual([]);
    expect(forgotten).toEqual([]);
    expect((await documents.get(key))?.source).toBe("file:help.md");
  });

  it("removes the answers and then finds nothing of a document that was taken out", async () => {
    const { ingest, found, documents, forgotten } = await openKnowledge();
    await ingest.put(write());
    expect(await ingest.remove(key)).toEqual({ invalidatedAnswers: 2 });
    expect(await ingest.remove(key)).toBeUndefined();
    expect(await found("refunds")).toEqual([]);
    expect(await documents.get(key)).toBeUndefined();
    expect(forgotten).toEqual(["help", "help"]);
  });

  it("keeps the vectors of passages that have only moved, and embeds the same text once", async () => {
    const { ingest, embedder, passages } = await openKnowledge();
    await ingest.put(write());
    const before = await passages.idsOf(key);
    embedder.asked.length = 0;
    const moved = write({ text: `Intro.\n\n${TEXT}\n\n# More\n\nTwice.\n\n# More\n\nTwice.` });
    expect(await ingest.put(moved)).toMatchObject({
      passages: 5,
      embedded: 2,
      reused: 3,
      removed: 0,
    });
    expect(embedder.asked).toEqual(["Help\nIntro.", "Help\nMore\nTwice."]);
    const after = await passages.idsOf(key);
    expect([...before].filter((id) => after.has(id))).toEqual([]);
  });

  it("is refused where the condition does not hold when its turn comes", async () => {
    const { ingest, found } = await openKnowledge();
    const onlyWhere = (stored: { text: string } | undefined) => stored?.text !== TEXT;
    await ingest.put({ ...write(), onlyWhere });
    const refused = [
      ingest.put({ ...write({ text: CHANGED }), onlyWhere }),
      ingest.remove({ ...key, onlyWhere }),
    ];
    await expect(refused[0]).rejects.toMatchObject({ code: "conflict", status: 409 });
    expect(await refused[1]).toBeUndefined();
    expect(await found("days")).toEqual(["Within 30 days."]);
  });

  it("brings the index in line with the record", async () => {
    const { ingest, found, passages, documents, forgotten } = await openKnowledge();
    await ingest.put(write());
    await passages.removeDocument(key);
    await ingest.refresh(key);
    expect(await found("days")).toEqual(["Within 30 days."]);
    forgotten.length = 0;
    await ingest.refresh(key);
    expect(forgotten).toEqual([]);
    await documents.remove(key);
    await ingest.refresh(key);
    expect(await found("days")).toEqual([]);
    expect(forgotten).toEqual(["help"]);
  });

  it("embeds 64 passages at a time", async () => {
    const inner = wordEmbedder();
    const sizes: number[] = [];
    const { ingest } = await openKnowledge({
      embedder: {
        ...inner,
        embed: (texts) => {
          sizes.push(texts.length);
          return inner.embed(texts);
        },
      },
    });
    const text = Array.from({ length: 130 }, (_value, index) => `# H${index}\n\nText.`).join("\n");
    await ingest.put(write({ text }));
    expect(sizes).toEqual([64, 64, 2]);
  });

  it("runs writes to one document in their order", async () => {
    const { ingest, documents, found } = await openKnowledge();
    const texts = Array.from({ length: 10 }, (_value, index) => `Version ${index} of it.`);
    const reports = await Promise.all(texts.map((text) => ingest.put(write({ text }))));
    expect(reports.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect((await documents.get(key))?.text).toBe("Version 9 of it.");
    expect(await found("version")).toEqual(["Version 9 of it."]);
  });

  it("stores a text with half characters once, as what it can be stored as", async () => {
    const { ingest } = await openKnowledge();
    const text = "Broken \uD83D half.";
    expect((await ingest.put(write({ text }))).version).toBe(1);
    expect(await ingest.put(write({ text }))).toMatchObject({ version: 1, embedded: 0 });
  });

  it.each([
    ["too_large", "# A\n\nText.\n\n".repeat(5_001)],
    ["too_large", "é".repeat(10 * 1024 * 1024 + 1)],
    ["unsupported_media_type", "a\0b"],
  ])("refuses with %s before anything is embedded", async (code, text) => {
    const { ingest, embedder, documents } = await openKnowledge();
    await expect(ingest.put(write({ text }))).rejects.toMatchObject({
      code,
      details: [{ param: "text" }],
    });
    expect(embedder.asked).toEqual([]);
    expect(await documents.get(key)).toBeUndefined();
  });
});

describe("a write that fails leaves the document as it was", () => {
  const oldState = async ({ documents, found }: Awaited<ReturnType<typeof openKnowledge>>) => ({
    text: (await documents.get(key))?.text,
    versions: (await documents.versions(key)).map(({ version }) => version),
    vectors: (await documents.passages({ ...key, embedderId: "words-1" })).length,
    found: (await found("days month")).sort(),
  });
  const whole = {
    text: TEXT,
    versions: [1],
    vectors: 2,
    found: ["Every month.", "Within 30 days."],
  };

  /** Lets the first `replaceDocument` through and then fails as often as told. */
  function failingIndex(failures: number): PassageStore {
    const inner = createMemoryPassages({ dimensions: wordEmbedder().dimensions });
    let calls = 0;
    return {
      ...inner,
      replaceDocument: async (document) => {
        calls += 1;
        if (calls > 1 && calls <= 1 + failures) throw new Error("index is away");
        return inner.replaceDocument(document);
      },
    };
  }

  it("when the embedder fails", async () => {
    const embedder = wordEmbedder();
    const state = await openKnowledge({
      embedder: {
        ...embedder,
        embed: async (texts) => {
          if (texts.some((text) => text.includes("14"))) throw new Error("model is away");
          return embedder.embed(texts);
        },
      },
    });
    await state.ingest.put(write());
    await expect(state.ingest.put(write({ text: CHANGED }))).rejects.toThrow("model is away");
    expect(await oldState(state)).toEqual(whole);
  });

  it("when the client goes away", async () => {
    const state = await openKnowledge();
    await state.ingest.put(write());
    const put = state.ingest.put({ ...write({ text: CHANGED }), signal: AbortSignal.abort() });
    await expect(put).rejects.toThrow("aborted");
    expect(await oldState(state)).toEqual(whole);
  });

  it("when the index fails, and the same write again is a change again", async () => {
    const state = await openKnowledge({ passages: failingIndex(1) });
    await state.ingest.put(write());
    await expect(state.ingest.put(write({ text: CHANGED }))).rejects.toThrow("index is away");
    expect(await oldState(state)).toEqual(whole);
    const again = await state.ingest.put(write({ text: CHANGED }));
    expect(again).toMatchObject({ version: 2, invalidatedAnswers: 2 });
    expect(await state.found("days")).toEqual(["Within 14 days."]);
  });

  it("when the answers cannot be removed", async () => {
    let away = false;
    const state = await openKnowledge({
      removeAnswersOf: async () => {
        if (away) throw new Error("cache is away");
        return 1;
      },
    });
    await state.ingest.put(write());
    away = true;
    await expect(state.ingest.put(write({ text: CHANGED }))).rejects.toThrow("cache is away");
    expect(await oldState(state)).toEqual(whole);
    await expect(state.ingest.remove(key)).rejects.toThrow("cache is away");
    expect(await oldState(state)).toEqual(whole);
    away = false;
    expect(await state.ingest.remove(key)).toEqual({ invalidatedAnswers: 1 });
    expect(await state.found("days")).toEqual([]);
  });

  it("when it was new: nothing is left of it", async () => {
    const state = await openKnowledge({
      removeAnswersOf: async () => {
        throw new Error("cache is away");
      },
    });
    await expect(state.ingest.put(write())).rejects.toThrow("cache is away");
    expect(await oldState(state)).toEqual({ text: undefined, versions: [], vectors: 0, found: [] });
  });
});
