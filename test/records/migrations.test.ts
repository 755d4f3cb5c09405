import { sql } from "kysely";
import { describe, expect, it, onTestFinished } from "vitest";
import { openDatabase, type Records } from "../../src/records/database.ts";
import { createSqlDocuments } from "../../src/records/sql-documents.ts";
import { testDatabases } from "../support/databases.ts";
import { unitVector } from "../support/make-entry.ts";
import { makePassage } from "../support/make-passage.ts";

async function open(place: string, options: { upTo?: string } = {}): Promise<Records> {
  const records = await openDatabase(place, options);
  onTestFinished(() => records.destroy());
  return records;
}

async function tableNames(records: Records): Promise<string[]> {
  const tables = await records.introspection.getTables();
  return tables.map(({ name }) => name).filter((name) => !name.startsWith("kysely_"));
}

const TABLES = [
  "budget_days",
  "budget_holds",
  "cache_policies",
  "conversations",
  "document_passages",
  "document_versions",
  "documents",
  "feedback",
  "idempotency_keys",
  "messages",
  "profiles",
  "usage",
];

describe.each(testDatabases)("migrations on $name", (database) => {
  it("make all tables of an empty database", async () => {
    const records = await open(await database.makePlace());
    expect((await tableNames(records)).toSorted()).toEqual(TABLES);
  });

  it("bring up a database of the first version with what is in it", async () => {
    const place = await database.makePlace();
    const before = await open(place, { upTo: "0001-documents" });
    expect((await tableNames(before)).toSorted()).toEqual(["document_passages", "documents"]);
    const vector = Buffer.from(unitVector([1, 2, 3]).buffer);
    await sql`insert into documents (tenant, id, title, text, source, version, passages, created_at, updated_at)
      values ('acme', 'help', 'Help', 'text', null, 7, 1, ${1_790_000_000_000}, ${1_790_000_000_001})`.execute(
      before,
    );
    await sql`insert into document_passages (tenant, document_id, position, id, headings, text, start_offset, end_offset, embedder_id, vector)
      values ('acme', 'help', 0, 'psg_1', '[]', 'text', 0, 4, 'e1', ${vector})`.execute(before);
    await before.destroy();
    const documents = createSqlDocuments(await open(place));
    const key = { tenant: "acme", documentId: "help" };
    expect(await documents.get(key)).toEqual({
      tenant: "acme",
      id: "help",
      title: "Help",
      text: "text",
      source: null,
      version: 7,
      passages: 1,
      createdAt: 1_790_000_000_000,
      updatedAt: 1_790_000_000_001,
    });
    const [passage] = await documents.passages({ ...key, embedderId: "e1" });
    expect(passage).toEqual({
      ...makePassage({ id: "psg_1", text: "text" }),
      vector: unitVector([1, 2, 3]),
    });
    const write = { tenant: "acme", embedderId: "e1", passages: [], now: 2 };
    const document = { id: "help", title: "Help", text: "changed", source: null };
    expect((await documents.put({ ...write, document })).version).toBe(8);
  });

  it("run once where several processes start together", async () => {
    const place = await database.makePlace();
    const all = await Promise.all(Array.from({ length: 4 }, () => open(place)));
    for (const records of all) expect((await tableNames(records)).toSorted()).toEqual(TABLES);
    const applied = await sql<{ name: string }>`select name from kysely_migration`.execute(
      all[0] ?? expect.fail(),
    );
    expect(applied.rows.map(({ name }) => name)).toEqual(["0001-documents", "0002-records"]);
  });

  it("leave a database alone that is up to date", async () => {
    const place = await database.makePlace();
    const documents = createSqlDocuments(await open(place));
    const document = { id: "help", title: "Help", text: "text", source: null };
    await documents.put({ tenant: "acme", document, embedderId: "e1", passages: [], now: 1 });
    const again = createSqlDocuments(await open(place));
    expect(await again.tenants()).toEqual(["acme"]);
  });
});

it("names the database that cannot be opened, without its password", async () => {
  const opening = openDatabase("postgres://reprise:hush@127.0.0.1:1/none");
  await expect(opening).rejects.toThrow("postgres://127.0.0.1:1/none");
  await expect(opening).rejects.not.toThrow("hush");
});
