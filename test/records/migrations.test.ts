import { sql } from "kysely";
import { describe, expect, it, onTestFinished } from "vitest";
import { openDatabase } from "../../src/records/database.ts";
import type { Records } from "../../src/records/tables.ts";
import { createSqlLedger } from "../../src/records/sql-ledger.ts";
import { createSqlDocuments } from "../../src/records/sql-documents.ts";
import { createSqlTranscripts } from "../../src/records/sql-transcripts.ts";
import { testDatabases } from "../support/databases.ts";
import { unitVector } from "../support/make-entry.ts";
import { NOON } from "../support/make-turn.ts";
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
  "conversation_owners",
  "conversation_users",
  "conversations",
  "document_jobs",
  "document_passages",
  "document_versions",
  "documents",
  "feedback",
  "idempotency_keys",
  "lookup_labels",
  "lookups",
  "messages",
  "profiles",
  "responses",
  "shadow_runs",
  "usage",
  "usage_quarters",
];

describe.each(testDatabases)("migrations on $name", (database) => {
  it("create all tables of an empty database", async () => {
    const records = await open(await database.makePlace());
    expect((await tableNames(records)).toSorted()).toEqual(TABLES);
  });

  it("upgrade a database of the first version and keep its data", async () => {
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
    const after = await open(place);
    const documents = createSqlDocuments(after);
    const key = { tenant: "acme", documentId: "help" };
    expect(await documents.get(key)).toEqual({
      tenant: "acme",
      id: "help",
      groups: [],
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
    const versions = await sql`select version, text from document_versions`.execute(after);
    expect(versions.rows).toEqual([{ version: 7, text: "text" }]);
    const write = { tenant: "acme", embedderId: "e1", passages: [], now: 2 };
    const document = { id: "help", title: "Help", text: "changed", source: null };
    expect((await documents.put({ ...write, document })).version).toBe(8);
    const texts = await sql`select text from document_versions order by version`.execute(after);
    expect(texts.rows).toEqual([{ text: "text" }, { text: "changed" }]);
  });

  it("fill the usage sums from a ledger of the second version", async () => {
    const place = await database.makePlace();
    const before = await open(place, { upTo: "0002-records" });
    const insert = (id: string, time: number, status: string) =>
      sql`insert into usage (tenant, id, created_at, model, status, tier, finish_reason,
        prompt_tokens, completion_tokens, cached_prompt_tokens, cache_write_tokens,
        reasoning_tokens, embedding_tokens, estimated, saved_prompt_tokens,
        saved_completion_tokens, total_nano_usd, saved_nano_usd, net_saved_nano_usd, priced, total_ms)
        values ('acme', ${id}, ${time}, 'm', ${status}, ${status === "hit" ? "exact" : null}, 'stop',
        5, 7, 0, 0, 0, 9, 0, 0, 0, 180, 20, -160, 1, 10)`.execute(before);
    await insert("a", NOON, "miss");
    await insert("b", NOON + 1, "hit");
    await insert("c", NOON + 900_000, "miss");
    await before.destroy();
    const ledger = createSqlLedger(await open(place));
    const range = { tenant: "acme", timeZone: "UTC" };
    const [ready] = await ledger.report({ ...range, groupBy: "day" });
    const [summed] = await ledger.report({ ...range, groupBy: "user" });
    expect(ready?.totals).toEqual(summed?.totals);
    expect(ready?.totals).toMatchObject({ requests: 3, misses: 2, totalNanoUsd: 540n });
  });

  it("fill the users of conversations of the fifth version", async () => {
    const place = await database.makePlace();
    const before = await open(place, { upTo: "0005-shadow-runs" });
    await sql`insert into conversations (tenant, id, title, user_id, created_at, updated_at)
      values ('acme', 'c1', 'one', 'ann', 1, 2), ('acme', 'c2', 'two', null, 1, 3)`.execute(before);
    const insert = (id: string, conversation: string, user: string | null) =>
      sql`insert into usage (tenant, id, created_at, conversation_id, user_id, model, status,
        finish_reason, prompt_tokens, completion_tokens, cached_prompt_tokens, cache_write_tokens,
        reasoning_tokens, embedding_tokens, estimated, saved_prompt_tokens,
        saved_completion_tokens, total_nano_usd, saved_nano_usd, net_saved_nano_usd, priced, total_ms)
        values ('acme', ${id}, 1, ${conversation}, ${user}, 'm', 'miss', 'stop',
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1)`.execute(before);
    await insert("a", "c2", null);
    await insert("b", "c2", "bob");
    await insert("c", "c2", "bob");
    await insert("d", "gone", "bob");
    await before.destroy();
    const transcripts = createSqlTranscripts(await open(place));
    const of = async (userId: string) =>
      (await transcripts.list({ tenant: "acme", userId, limit: 9 })).rows.map(({ id }) => id);
    expect([await of("ann"), await of("bob")]).toEqual([["c1"], ["c2"]]);
  });

  it("run once when several processes start together", async () => {
    const place = await database.makePlace();
    const all = await Promise.all(Array.from({ length: 4 }, () => open(place)));
    for (const records of all) expect((await tableNames(records)).toSorted()).toEqual(TABLES);
    const applied = await sql<{ name: string }>`select name from kysely_migration`.execute(
      all[0] ?? expect.fail(),
    );
    expect(applied.rows.map(({ name }) => name)).toEqual([
      "0001-documents",
      "0002-records",
      "0003-usage-quarters",
      "0004-lookups",
      "0005-shadow-runs",
      "0006-conversation-users",
      "0007-owners",
      "0008-quarter-parts",
      "0009-document-places",
      "0010-document-jobs",
      "0011-responses",
      "0012-document-groups",
      "0013-version-places",
      "0014-feedback-review",
    ]);
  });

  it("do not change a database that is up to date", async () => {
    const place = await database.makePlace();
    const documents = createSqlDocuments(await open(place));
    const document = { id: "help", title: "Help", text: "text", source: null };
    await documents.put({ tenant: "acme", document, embedderId: "e1", passages: [], now: 1 });
    const again = createSqlDocuments(await open(place));
    expect(await again.tenants()).toEqual(["acme"]);
  });
});

it("names a database that cannot be opened, without its password", async () => {
  const opening = openDatabase("postgres://reprise:hush@127.0.0.1:1/none");
  await expect(opening).rejects.toThrow(
    "DATABASE_URL: postgres://127.0.0.1:1/none cannot be reached",
  );
  await expect(opening).rejects.not.toThrow("hush");
});
