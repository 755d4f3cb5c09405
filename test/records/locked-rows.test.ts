import { sql } from "kysely";
import { describe, expect, it, onTestFinished } from "vitest";
import { openDatabase } from "../../src/records/database.ts";
import type { Records } from "../../src/records/tables.ts";
import { createSqlLedger } from "../../src/records/sql-ledger.ts";
import { createSqlTranscripts } from "../../src/records/sql-transcripts.ts";
import { createSqlTurns } from "../../src/records/sql-turns.ts";
import { createTurnQueue } from "../../src/transcripts/turn-queue.ts";
import { testDatabases } from "../support/databases.ts";
import { defer } from "../support/defer.ts";
import { makeTurn, NOON } from "../support/make-turn.ts";

const postgres = testDatabases.find(({ name }) => name === "PostgreSQL");

async function open() {
  const place = await (postgres ?? expect.fail("skipped")).makePlace();
  const records = await openDatabase(place);
  const other = await openDatabase(place);
  onTestFinished(async () => {
    await records.destroy();
    await other.destroy();
  });
  const turns = createSqlTurns(records);
  const queue = createTurnQueue({ store: turns, onError: () => {}, lingerMs: 1 });
  const ledger = createSqlLedger(records);
  const total = async () => {
    const rows = await ledger.report({ tenant: "acme", groupBy: "tenant", timeZone: "UTC" });
    return rows[0]?.totals.requests ?? 0;
  };
  return { records, other, turns, queue, total, transcripts: createSqlTranscripts(records) };
}

/** Holds what a statement locks until it is released. */
async function hold(records: Records, statement: ReturnType<typeof sql>) {
  const [held, released] = [defer(), defer()];
  const holding = records.transaction().execute(async (transaction) => {
    await statement.execute(transaction);
    held.resolve();
    await released.promise;
  });
  await held.promise;
  return async () => {
    released.resolve();
    await holding;
  };
}

const say = (conversationId: string, minute: number) =>
  makeTurn("why?", { conversationId, createdAt: NOON + minute * 60_000 });

describe.skipIf(postgres === undefined)("a row locked by another PostgreSQL transaction", () => {
  it("delays only turns of its own conversation, which are written when it is free", async () => {
    const { other, queue, turns, total, transcripts } = await open();
    await turns.record([say("locked", 0)]);
    const release = await hold(other, sql`select * from conversations for update`);
    const both = [say("locked", 1), say("free", 2), say("locked", 3)];
    const deferred = await turns.record(both);
    expect(new Set(deferred.map(({ turn }) => turn))).toEqual(new Set([both[0], both[2]]));
    for (const { turn } of deferred) queue.add(turn);
    for (const { cause } of deferred) expect(cause).toMatchObject({ failure: "busy" });
    expect(await queue.settle(100, "acme")).toBe(false);
    expect(await total()).toBe(2);
    await release();
    await expect.poll(total).toBe(4);
    expect(await transcripts.read({ tenant: "acme", conversationId: "locked" })).toHaveLength(6);
    expect(await queue.settle(1_000, "acme")).toBe(true);
  });

  it("does not block additions to the same sum, which stays exact", async () => {
    const { other, turns, total } = await open();
    await turns.record([say("c1", 0)]);
    const releases = [await hold(other, sql`select * from usage_quarters for update`)];
    expect(await turns.record([say("c2", 1)])).toEqual([]);
    releases.push(await hold(other, sql`select * from usage_quarters where part = 1 for update`));
    expect(await turns.record([say("c3", 2)])).toEqual([]);
    expect(await total()).toBe(3);
    for (const release of releases) await release();
    await turns.record([say("c4", 3)]);
    expect(await total()).toBe(4);
  });

  it("is waited for only briefly when a whole table is locked, and loses no turn", async () => {
    const { other, queue, total } = await open();
    const release = await hold(other, sql`lock table usage in exclusive mode`);
    for (let minute = 0; minute < 20; minute += 1) queue.add(say(`c${minute}`, minute));
    expect(await queue.settle(1_000)).toBe(false);
    expect(queue.size).toBe(20);
    await release();
    await expect.poll(total).toBe(20);
  });
});
