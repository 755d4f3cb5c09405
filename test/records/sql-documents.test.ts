import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openDatabase } from "../../src/records/database.ts";
import { createSqlDocuments } from "../../src/records/sql-documents.ts";
import { makePassage } from "../support/make-passage.ts";

const write = (id: string, text: string, tenant = "acme") => ({
  tenant,
  document: { id, title: "Help", text, source: null },
  embedderId: "one",
  passages: [
    {
      ...makePassage({ documentId: id, text, id: `psg_${text}` }),
      vector: new Float32Array([0.6, 0.8]),
    },
  ],
  now: 1_700_000_000_000,
});

describe("documents in the database", () => {
  it("come back whole after a restart, vectors included, for their own embedder only", async () => {
    const folder = await mkdtemp(join(tmpdir(), "reprise-records-"));
    const before = createSqlDocuments(await openDatabase(folder));
    await before.put(write("a", 'Häuser 🏠 "quoted"; DROP TABLE documents'));
    await before.close();
    const store = createSqlDocuments(await openDatabase(folder));
    const key = { tenant: "acme", documentId: "a" };
    expect(await store.get(key)).toMatchObject({
      version: 1,
      passages: 1,
      createdAt: 1_700_000_000_000,
    });
    const [passage] = await store.passages({ ...key, embedderId: "one" });
    expect(passage?.text).toBe('Häuser 🏠 "quoted"; DROP TABLE documents');
    expect([...(passage?.vector ?? [])].map((value) => value.toFixed(4))).toEqual([
      "0.6000",
      "0.8000",
    ]);
    expect(await store.passages({ ...key, embedderId: "two" })).toEqual([]);
    await store.close();
  });

  it("count versions, leave no passage behind, and stay with their tenant", async () => {
    const store = createSqlDocuments(await openDatabase(":memory:"));
    await store.put(write("a", "old"));
    expect((await store.put(write("a", "new"))).version).toBe(2);
    const found = await store.passages({ tenant: "acme", documentId: "a", embedderId: "one" });
    expect(found.map(({ text }) => text)).toEqual(["new"]);
    expect(await store.get({ tenant: "globex", documentId: "a" })).toBeUndefined();
    expect(await store.remove({ tenant: "globex", documentId: "a" })).toBe(false);
    expect(await store.remove({ tenant: "acme", documentId: "a" })).toBe(true);
    expect(await store.passages({ tenant: "acme", documentId: "a", embedderId: "one" })).toEqual(
      [],
    );
    await store.close();
  });

  it("are listed page by page, each once, and a foreign cursor is refused", async () => {
    const store = createSqlDocuments(await openDatabase(":memory:"));
    for (const id of ["c", "a", "e", "b", "d"]) await store.put(write(id, id));
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await store.list({ tenant: "acme", limit: 2, cursor });
      seen.push(...page.rows.map(({ id }) => id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(["a", "b", "c", "d", "e"]);
    await expect(store.list({ tenant: "acme", limit: 2, cursor: "%%" })).rejects.toMatchObject({
      code: "invalid_request",
    });
    expect(await store.tenants()).toEqual(["acme"]);
    await store.close();
  });
});
