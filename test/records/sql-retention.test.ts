import { describe, expect, it } from "vitest";
import { createSqlDocuments } from "../../src/records/sql-documents.ts";
import { createSqlLedger } from "../../src/records/sql-ledger.ts";
import { createSqlLookups } from "../../src/records/sql-lookups.ts";
import { sweepRecords } from "../../src/records/sql-retention.ts";
import { createSqlTranscripts } from "../../src/records/sql-transcripts.ts";
import { createSqlTurns } from "../../src/records/sql-turns.ts";
import { openTestDatabase, testDatabases } from "../support/databases.ts";
import { makeLoggedLookup } from "../support/make-logged-lookup.ts";
import { makeTurn, NOON } from "../support/make-turn.ts";

const DAY = 86_400_000;
const KEEP_ALL = {
  transcriptDays: undefined,
  ledgerDays: undefined,
  versionDays: undefined,
  lookupDays: undefined,
};

describe.each(testDatabases)("retention in $name", (database) => {
  async function begin() {
    const records = await openTestDatabase(database);
    const documents = createSqlDocuments(records);
    await createSqlTurns(records).record([
      makeTurn("old", { conversationId: "old", createdAt: NOON - 40 * DAY }),
      makeTurn("new", { conversationId: "new", createdAt: NOON - 2 * DAY }),
      makeTurn("old beginning", { conversationId: "both", createdAt: NOON - 40 * DAY }),
      makeTurn("new end", { conversationId: "both", createdAt: NOON - 2 * DAY }),
    ]);
    for (const [text, days] of [
      ["first", 60],
      ["second", 50],
      ["third", 40],
    ] as const) {
      const document = { id: "help", title: "Help", text, source: null };
      const now = NOON - days * DAY;
      await documents.put({ tenant: "acme", document, embedderId: "e1", passages: [], now });
    }
    const conversations = async () =>
      (await createSqlTranscripts(records).list({ tenant: "acme", limit: 9 })).rows.map(
        ({ id }) => id,
      );
    const requests = async () => {
      const rows = await createSqlLedger(records).report({ groupBy: "tenant", timeZone: "UTC" });
      return rows[0]?.totals.requests;
    };
    const versions = async () => {
      const rows = await records.selectFrom("document_versions").select("text").execute();
      return rows.map(({ text }) => text).toSorted();
    };
    return { records, conversations, requests, versions };
  }

  it("keeps everything by default", async () => {
    const { records, conversations, requests, versions } = await begin();
    await sweepRecords(records, KEEP_ALL, NOON);
    expect(await conversations()).toHaveLength(3);
    expect(await requests()).toBe(4);
    expect(await versions()).toEqual(["first", "second", "third"]);
  });

  it("erases conversations by the age of their last turn, and keeps the ledger", async () => {
    const { records, conversations, requests } = await begin();
    await sweepRecords(records, { ...KEEP_ALL, transcriptDays: 30 }, NOON);
    expect((await conversations()).toSorted()).toEqual(["both", "new"]);
    expect(await requests()).toBe(4);
  });

  it("removes old lookups", async () => {
    const { records } = await begin();
    const store = createSqlLookups(records);
    await store.add([
      makeLoggedLookup({ id: "old", createdAt: NOON - 40 * DAY }),
      makeLoggedLookup({ id: "new", createdAt: NOON - 2 * DAY }),
    ]);
    const ids = async () => {
      const page = await store.list({ tenant: "acme", nearMissesFirst: false, limit: 9 });
      return page.rows.map(({ id }) => id);
    };
    await sweepRecords(records, KEEP_ALL, NOON);
    expect(await ids()).toEqual(["new", "old"]);
    await sweepRecords(records, { ...KEEP_ALL, lookupDays: 30 }, NOON);
    expect(await ids()).toEqual(["new"]);
  });

  it("removes old ledger rows and old document versions, but not the current one", async () => {
    const { records, conversations, requests, versions } = await begin();
    await sweepRecords(records, { ...KEEP_ALL, ledgerDays: 30, versionDays: 30 }, NOON);
    expect(await requests()).toBe(2);
    expect(await versions()).toEqual(["third"]);
    expect(await conversations()).toHaveLength(3);
  });
});
