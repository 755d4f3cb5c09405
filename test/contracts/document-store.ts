import { randomUUID } from "node:crypto";
import { describe, expect, it, onTestFinished } from "vitest";
import type { DocumentInput, DocumentStore, EmbeddedPassage } from "../../src/knowledge/types.ts";
import { unitVector } from "../support/make-entry.ts";
import { makePassage } from "../support/make-passage.ts";

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);
const HOSTILE = [
  "*",
  "a|b",
  "{x}",
  `"q"`,
  "it's",
  "'; drop table documents; --",
  "%",
  "_",
  "日本 🙂",
];

/** An open store with a tenant of its own. */
export async function beginDocuments(open: () => Promise<DocumentStore>) {
  const documents = await open();
  onTestFinished(() => documents.close());
  const tenant = `tenant-${randomUUID()}`;
  const put = (
    document: Partial<DocumentInput>,
    write: Partial<Parameters<DocumentStore["put"]>[0]> = {},
  ) =>
    documents.put({
      tenant,
      document: { id: "help", title: "Help", text: "text", source: null, ...document },
      embedderId: "e1",
      passages: [],
      now: START,
      ...write,
    });
  const passagesOf = (documentId: string, embedderId = "e1") =>
    documents.passages({ tenant, documentId, embedderId });
  return { documents, tenant, put, passagesOf };
}

/** What every store of documents promises. `open` may give one that others use too; tenants are random. */
export function describeDocumentStore(name: string, open: () => Promise<DocumentStore>): void {
  const begin = () => beginDocuments(open);

  describe(`document store: ${name}`, () => {
    it("says which documents are there, whatever is asked for, and only the tenant's", async () => {
      const { documents, tenant, put } = await begin();
      await put({ id: "one" });
      await put({ id: "two" });
      const asked = { tenant, documentIds: [...HOSTILE, "two", "two", "none"] };
      expect(await documents.present(asked)).toEqual(new Set(["two"]));
      expect(await documents.present({ ...asked, tenant: "another" })).toEqual(new Set());
    });

    it("gives back a document and its passages as they were put", async () => {
      const { documents, tenant, put, passagesOf } = await begin();
      const text = `# 日本語 🙂\r\n"quoted" 'single' \\ {braces} % _ ${"long ".repeat(10_000)}`;
      const passages = make("help", ["🙂 one", "two"]);
      const stored = await put({ text, title: "T'it\"le", source: "file:a/b.md" }, { passages });
      expect(stored).toEqual({
        tenant,
        groups: [],
        id: "help",
        title: "T'it\"le",
        text,
        source: "file:a/b.md",
        version: 1,
        passages: 2,
        createdAt: START,
        updatedAt: START,
      });
      expect(await documents.get({ tenant, documentId: "help" })).toEqual(stored);
      expect(await passagesOf("help")).toEqual(
        passages.map((passage) => ({ ...passage, title: "T'it\"le" })),
      );
    });

    it("counts a version for each change of text or title, and for nothing else", async () => {
      const { put } = await begin();
      const versionOf = async (document: Partial<DocumentInput>, now: number) =>
        (await put(document, { now })).version;
      expect(await versionOf({}, START)).toBe(1);
      expect(await versionOf({}, START + 1)).toBe(1);
      expect(await versionOf({ source: "elsewhere" }, START + 2)).toBe(1);
      expect(await versionOf({ text: "changed" }, START + 3)).toBe(2);
      expect(await versionOf({ text: "changed", title: "Other" }, START + 4)).toBe(3);
      const last = await put({}, { now: START + DAY });
      expect(last).toMatchObject({ version: 4, createdAt: START, updatedAt: START + DAY });
    });

    it("undoes the last change with its version and passages, and no change of another", async () => {
      const { documents, tenant, put, passagesOf } = await begin();
      const key = { tenant, documentId: "help" };
      const places = [{ start: 0, page: 1 }];
      const old = { embedderId: "e1", passages: make("help", ["old"]) };
      const before = await put({ source: "a.md", places }, old);
      const versions = await documents.versions(key);
      await put({ text: "new" }, { now: START + 1, passages: make("help", ["new", "newer"]) });
      expect(await documents.undo({ before, ...old })).toBe(true);
      expect(await documents.get(key)).toEqual(before);
      expect(await documents.versions(key)).toEqual(versions);
      expect((await passagesOf("help")).map(({ text }) => text)).toEqual(["old"]);
      expect(await documents.undo({ before, ...old })).toBe(false);
      expect((await put({ text: "new" })).version).toBe(2);
      const last = await put({ text: "newest" });
      expect(await documents.undo({ before, ...old })).toBe(false);
      expect(await documents.get(key)).toEqual(last);
    });

    it("puts new passages in the place of all old ones", async () => {
      const { put, passagesOf } = await begin();
      await put({}, { passages: make("help", ["one", "two", "three"]) });
      await put({}, { passages: make("help", ["three"]) });
      expect((await passagesOf("help")).map(({ text }) => text)).toEqual(["three"]);
    });

    it("keeps more passages than one statement takes, in their order", async () => {
      const { put, passagesOf } = await begin();
      const texts = Array.from({ length: 1_050 }, (_value, index) => `passage ${index}`);
      await put({}, { passages: make("help", texts) });
      expect((await passagesOf("help")).map(({ text }) => text)).toEqual(texts);
    });

    it("gives no passages that another embedder made", async () => {
      const { put, passagesOf } = await begin();
      await put({}, { passages: make("help", ["one"]) });
      expect(await passagesOf("help", "e2")).toEqual([]);
      await put({}, { passages: make("help", ["one"]), embedderId: "e2" });
      expect(await passagesOf("help", "e1")).toEqual([]);
      expect(await passagesOf("help", "e2")).toHaveLength(1);
    });

    it("puts passages alone only to the title and text that they are of", async () => {
      const { documents, tenant, put, passagesOf } = await begin();
      const stored = await put({}, { passages: make("help", ["one", "two"]) });
      const putPassages = (parts: object) =>
        documents.putPassages({
          tenant,
          documentId: "help",
          title: "Help",
          text: "text",
          embedderId: "e2",
          passages: make("help", ["three"]),
          ...parts,
        });
      const others = [{ tenant: randomUUID() }, { documentId: "x" }, { title: "x" }, { text: "x" }];
      for (const other of others) expect(await putPassages(other)).toBe(false);
      expect((await passagesOf("help")).map(({ text }) => text)).toEqual(["one", "two"]);
      expect(await putPassages({})).toBe(true);
      expect(await passagesOf("help")).toEqual([]);
      expect((await passagesOf("help", "e2")).map(({ text }) => text)).toEqual(["three"]);
      const after = await documents.get({ tenant, documentId: "help" });
      expect(after).toEqual({ ...stored, passages: 1 });
    });

    it("removes a document with its passages, once", async () => {
      const { documents, tenant, put, passagesOf } = await begin();
      const key = { tenant, documentId: "help" };
      await put({}, { passages: make("help", ["one"]) });
      await put({ id: "other" }, { passages: make("other", ["two"]) });
      expect(await documents.remove(key)).toBe(true);
      expect(await documents.remove(key)).toBe(false);
      expect(await documents.get(key)).toBeUndefined();
      expect(await passagesOf("help")).toEqual([]);
      expect(await passagesOf("other")).toHaveLength(1);
      expect((await put({})).version).toBe(1);
      expect(await passagesOf("help")).toEqual([]);
    });

    it("leaves the old document whole when a write fails in the middle", async () => {
      const { documents, tenant, put, passagesOf } = await begin();
      const before = await put({}, { passages: make("help", ["one"]) });
      const broken = make("help", ["two", "three"]);
      const passages = broken.map((passage) => ({
        ...passage,
        get start(): number {
          throw new Error("no more");
        },
      }));
      await expect(put({ text: "changed" }, { passages })).rejects.toThrow("no more");
      expect(await documents.get({ tenant, documentId: "help" })).toEqual(before);
      expect((await passagesOf("help")).map(({ text }) => text)).toEqual(["one"]);
    });

    it("keeps tenants apart, whatever they are called", async () => {
      const { documents, put } = await begin();
      const tenants = HOSTILE.map((hostile) => `${hostile}-${randomUUID()}`);
      for (const tenant of tenants) {
        await put({ title: tenant }, { tenant, passages: make("help", [tenant]) });
      }
      await documents.remove({ tenant: tenants[0] ?? "", documentId: "help" });
      for (const tenant of tenants.slice(1)) {
        const key = { tenant, documentId: "help" };
        expect((await documents.get(key))?.title).toBe(tenant);
        expect((await documents.list({ tenant, limit: 10 })).rows).toHaveLength(1);
        expect((await documents.passages({ ...key, embedderId: "e1" }))[0]?.text).toBe(tenant);
      }
      const known = await documents.tenants();
      expect(tenants.filter((tenant) => known.includes(tenant))).toEqual(tenants.slice(1));
    });

    it("keeps the versions of a document, newest first, as long as it is there", async () => {
      const { documents, tenant, put } = await begin();
      const key = { tenant, documentId: "help" };
      expect(await documents.versions(key)).toEqual([]);
      await put({ source: "a.md" });
      await put({ source: "a.md" }, { now: START + DAY });
      await put({ text: "longer text 🙂", title: "New" }, { now: START + 2 * DAY });
      await put({ id: "other" });
      expect(await documents.versions(key)).toEqual([
        { version: 2, title: "New", source: null, characters: 13, createdAt: START + 2 * DAY },
        { version: 1, title: "Help", source: "a.md", characters: 4, createdAt: expect.any(Number) },
      ]);
      expect(await documents.versions({ ...key, tenant: "another" })).toEqual([]);
      expect(await documents.version({ ...key, version: 1 })).toMatchObject({
        title: "Help",
        text: "text",
        source: "a.md",
      });
      expect(await documents.version({ ...key, version: 3 })).toBeUndefined();
      expect(await documents.version({ ...key, tenant: "another", version: 1 })).toBeUndefined();
      await documents.remove(key);
      expect(await documents.versions(key)).toEqual([]);
    });

    it("takes writes at once: each change of the same document is a version", async () => {
      const { documents, tenant, put, passagesOf } = await begin();
      await Promise.all(
        Array.from({ length: 10 }, (_value, index) =>
          put({ text: `text ${index}` }, { passages: make("help", [`p ${index}`]) }),
        ),
      );
      const last = await documents.get({ tenant, documentId: "help" });
      expect(last?.version).toBe(10);
      expect((await passagesOf("help")).map(({ text }) => text)).toEqual([
        last?.text.replace("text", "p"),
      ]);
    });
  });
}

function make(documentId: string, texts: readonly string[]): EmbeddedPassage[] {
  return texts.map((text, index) => ({
    ...makePassage({
      id: `psg_${documentId}_${index}`,
      documentId,
      text,
      headings: [`H "${text}"`],
    }),
    vector: unitVector([1, index, 0.1]),
  }));
}
