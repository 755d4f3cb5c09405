import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { RepriseError } from "../../src/errors.ts";
import { inlineDocumentReader } from "../../src/knowledge/document-reader.ts";
import { fillIndex, syncFolder } from "../../src/knowledge/sync-folder.ts";
import { openKnowledge } from "../support/open-knowledge.ts";
import { wordEmbedder } from "../support/word-embedder.ts";

async function begin() {
  const folder = await mkdtemp(join(tmpdir(), "reprise-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const knowledge = await openKnowledge();
  const save = (file: string, text: string) => writeFile(join(folder, file), text);
  const sync = (to: Pick<typeof knowledge, "ingest" | "documents"> = knowledge) =>
    syncFolder({ tenant: "acme", folder, reader: inlineDocumentReader, ...to });
  return { folder, save, sync, ...knowledge };
}

describe("bringing documents in line with a folder", () => {
  it("puts new and changed files and removes what is gone", async () => {
    const { folder, save, sync, found, embedder } = await begin();
    await save("a.md", "Apples are red.");
    await save("b.md", "Bananas are yellow.");
    expect(await sync()).toMatchObject({
      documents: 2,
      passages: 2,
      embedded: 2,
      removed: 0,
      skipped: [],
    });
    await save("a.md", "Apples are green.");
    await rm(join(folder, "b.md"));
    await save("c.md", "");
    expect(await sync()).toMatchObject({
      documents: 1,
      embedded: 1,
      removed: 1,
      skipped: [{ file: "c.md" }],
    });
    expect(await found("apples bananas")).toEqual(["Apples are green."]);
    embedder.asked.length = 0;
    expect(await sync()).toMatchObject({ documents: 1, embedded: 0, removed: 0 });
    expect(embedder.asked).toEqual([]);
  });

  it("leaves documents alone that were given in another way, also where a file has their id", async () => {
    const { save, sync, found, ingest } = await begin();
    const given = { id: "a", title: "Given", text: "Apples by hand.", source: null };
    await ingest.put({ tenant: "acme", document: given });
    await save("a.md", "Apples by file.");
    expect(await sync()).toMatchObject({
      documents: 0,
      removed: 0,
      skipped: [
        {
          file: "a.md",
          reason: "The document a was stored through the API, so its file does not replace it.",
        },
      ],
    });
    expect(await found("apples")).toEqual(["Apples by hand."]);
  });

  it("leaves documents alone that are given in another way while it is at work", async () => {
    const { save, sync, found, ingest, documents } = await begin();
    await save("a.md", "Apples by file.");
    await save("b.md", "Bananas by file.");
    await sync();
    await save("b.md", "Bananas by file, changed.");
    const give = (id: string, text: string) =>
      ingest.put({ tenant: "acme", document: { id, title: "Given", text, source: null } });
    const list: typeof documents.list = async (query) => {
      const page = await documents.list(query);
      await give("a", "Apples by hand.");
      await give("b", "Bananas by hand.");
      return page;
    };
    expect(await sync({ ingest, documents: { ...documents, list } })).toMatchObject({
      documents: 0,
      removed: 0,
      skipped: [{ file: "a.md" }, { file: "b.md" }],
    });
    expect((await found("apples bananas")).sort()).toEqual(["Apples by hand.", "Bananas by hand."]);
  });

  it("does not remove a document that was a file's when it began", async () => {
    const { folder, save, sync, found, ingest, documents } = await begin();
    await save("a.md", "Apples by file.");
    await sync();
    await rm(join(folder, "a.md"));
    const list: typeof documents.list = async (query) => {
      const page = await documents.list(query);
      const document = { id: "a", title: "Given", text: "Apples by hand.", source: null };
      await ingest.put({ tenant: "acme", document });
      return page;
    };
    expect(await sync({ ingest, documents: { ...documents, list } })).toMatchObject({ removed: 0 });
    expect(await found("apples")).toEqual(["Apples by hand."]);
  });

  it("skips a file with too many passages, and goes on", async () => {
    const { save, sync, found } = await begin();
    await save("a.md", "Apples are red.");
    await save("b.md", "Bananas are yellow.");
    await sync();
    await save("a.md", "# Apples\n\nRed.\n\n".repeat(5_001));
    expect(await sync()).toMatchObject({
      documents: 1,
      removed: 1,
      skipped: [{ file: "a.md", reason: expect.stringContaining("5000 passages") }],
    });
    expect(await found("apples bananas")).toEqual(["Bananas are yellow."]);
  });

  it("fails when the embedder does: that is not the file's fault", async () => {
    const { save, sync, documents } = await begin();
    await save("a.md", "Apples are red.");
    const embed = () => Promise.reject(new RepriseError("model_failed", "model is away"));
    const { ingest } = await openKnowledge({ documents, embedder: { ...wordEmbedder(), embed } });
    await expect(sync({ ingest, documents })).rejects.toThrow("model is away");
  });

  it("removes nothing when the folder cannot be read", async () => {
    const { folder, save, sync, found } = await begin();
    await save("a.md", "Apples are red.");
    await sync();
    await rm(folder, { recursive: true });
    await expect(sync()).rejects.toThrow("ENOENT");
    expect(await found("apples")).toHaveLength(1);
  });
});

describe("filling the index from the record", () => {
  it("finds every tenant's documents again after a restart, with nothing embedded", async () => {
    const before = await begin();
    await before.save("a.md", "Apples are red.");
    await before.sync();
    const document = { id: "p", title: "Pears", text: "Pears are green.", source: null };
    await before.ingest.put({ tenant: "other", document });
    const after = await openKnowledge({ documents: before.documents });
    await fillIndex(after.ingest, after.documents);
    expect(await after.found("apples")).toEqual(["Apples are red."]);
    expect(await after.found("pears", "other")).toEqual(["Pears are green."]);
    expect(await after.found("pears")).toEqual([]);
    expect(await before.sync(after)).toMatchObject({ embedded: 0, removed: 0 });
    expect(after.embedder.asked).toEqual([]);
    expect(after.forgotten).toEqual([]);
  });

  it("does not bring back what is changed or removed meanwhile", async () => {
    const { ingest, documents, found } = await begin();
    const give = (id: string, text: string) =>
      ingest.put({ tenant: "acme", document: { id, title: "Given", text, source: null } });
    await give("a", "Apples, old.");
    await give("b", "Bananas, old.");
    const list: typeof documents.list = async (query) => {
      const page = await documents.list(query);
      await give("a", "Apples, new.");
      await ingest.remove({ tenant: "acme", documentId: "b" });
      return page;
    };
    await fillIndex(ingest, { ...documents, list });
    expect(await found("apples bananas")).toEqual(["Apples, new."]);
    expect(await documents.get({ tenant: "acme", documentId: "b" })).toBeUndefined();
  });

  it("embeds again what another embedder made, once, and keeps the versions", async () => {
    const before = await begin();
    await before.save("a.md", "Apples are red.");
    await before.sync();
    const embedder = { ...wordEmbedder(), id: "words-2" };
    const { documents } = before;
    for (const asked of [1, 1]) {
      const after = await openKnowledge({ documents, embedder });
      await fillIndex(after.ingest, documents);
      expect(embedder.asked).toHaveLength(asked);
      expect(await after.found("apples")).toHaveLength(1);
    }
    expect((await documents.get({ tenant: "acme", documentId: "a" }))?.version).toBe(1);
  });
});
