import { sql } from "kysely";
import { describe, expect, it, onTestFinished } from "vitest";
import { openDatabase } from "../../src/records/database.ts";
import { createSqlProfiles } from "../../src/records/sql-profiles.ts";
import { createDatabaseState, writeAndRemove } from "../../src/records/database-state.ts";
import { createSqlTurns } from "../../src/records/sql-turns.ts";
import { openTestDatabase, testDatabases } from "../support/databases.ts";
import { makeTurn } from "../support/make-turn.ts";

const postgres = testDatabases.find(({ name }) => name === "PostgreSQL");
const LONG = { note: "x".repeat(1_000) };

it("answers a write on a full disk with a retryable 503, while reads keep working", async () => {
  const records = await openDatabase(":memory:");
  try {
    const profiles = createSqlProfiles(records);
    const put = (userId: string) =>
      profiles.change({
        tenant: "acme",
        userId,
        now: 0,
        next: () => ({ profile: LONG, owner: null }),
      });
    const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(records);
    const limit = sql.raw(String((rows[0]?.page_count ?? 0) + 2));
    await sql`pragma max_page_count = ${limit}`.execute(records);
    await put("ada");
    const fill = async () => {
      for (let number = 0; number < 100; number += 1) await put(`user-${number}`);
    };
    await expect(fill()).rejects.toMatchObject({
      code: "not_ready",
      failure: "read-only",
      message: expect.stringContaining("its disk is full"),
    });
    expect(await profiles.get({ tenant: "acme", userId: "ada" })).toMatchObject({
      profile: LONG,
    });
  } finally {
    await records.destroy();
  }
});

it.skipIf(postgres === undefined)(
  "answers a write to a read-only database with a retryable 503",
  async () => {
    const records = await openTestDatabase(postgres ?? expect.fail("skipped"));
    await expect(
      records.transaction().execute(async (transaction) => {
        await sql`set transaction read only`.execute(transaction);
        const values = { tenant: "acme", day: "2026-11-25", spent_nano_usd: 0n };
        await transaction.insertInto("budget_days").values(values).execute();
      }),
    ).rejects.toMatchObject({ code: "not_ready", failure: "read-only" });
  },
);

describe("a database that refuses writes", () => {
  /** Refuses all inserts, or those of turns. */
  async function begin(place: string, probeMs?: number) {
    const said: string[] = [];
    const clock = { now: 1_000_000 };
    const state = createDatabaseState({
      health: { setHelper: (_part, now) => void said.push(now) },
      logger: { info: () => {}, warn: () => {} },
      now: () => clock.now,
      retryMs: 1,
      ...(probeMs !== undefined && { probeMs }),
    });
    onTestFinished(() => state.close());
    const records = await openDatabase(place, { onCall: state.onCall });
    onTestFinished(() => records.destroy());
    state.watch(() => writeAndRemove(records));
    const turns = state.watchTurns(createSqlTurns(records));
    return { records, turns, said, clock };
  }

  it("says so until it takes them, SQLite", async () => {
    const { records, turns, said } = await begin(":memory:");
    const limitPages = (count: number) =>
      sql`pragma max_page_count = ${sql.raw(String(count))}`.execute(records);
    const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(records);
    await turns.record([makeTurn("msg_1")]);
    await limitPages(rows[0]?.page_count ?? 0);
    const many = Array.from({ length: 200 }, (_, number) => makeTurn(`msg_${number}`));
    await expect(turns.record(many)).rejects.toMatchObject({ failure: "read-only" });
    await expect(writeAndRemove(records)).rejects.toMatchObject({ failure: "read-only" });
    await sql`select 1`.execute(records);
    expect(said).toEqual(["ok", "refuses writes"]);
    await limitPages(1_000_000);
    await turns.record(many);
    await expect.poll(() => said).toEqual(["ok", "refuses writes", "ok"]);
  });

  it("is noticed without any turn, and again when it takes them", async () => {
    const { records, said } = await begin(":memory:", 1);
    const limitPages = (count: number) =>
      sql`pragma max_page_count = ${sql.raw(String(count))}`.execute(records);
    await limitPages(1);
    await expect.poll(() => said).toEqual(["ok", "refuses writes"]);
    await limitPages(1_000_000);
    await expect.poll(() => said).toEqual(["ok", "refuses writes", "ok"]);
  });

  it.skipIf(postgres === undefined)(
    "says so while turns are refused, though other writes are taken, PostgreSQL",
    async () => {
      const place = await (postgres ?? expect.fail("skipped")).makePlace();
      const { records, turns, said, clock } = await begin(place);
      await sql`create function no_space() returns trigger language plpgsql as
        $$ begin raise exception 'No space left on device' using errcode = '53100'; end $$`.execute(
        records,
      );
      await sql`create trigger full_disk before insert on usage
        execute function no_space()`.execute(records);
      await expect(turns.record([makeTurn("msg_1")])).rejects.toMatchObject({
        failure: "read-only",
      });
      await writeAndRemove(records);
      await writeAndRemove(records);
      expect(said.at(-1)).toBe("refuses writes");
      await sql`drop trigger full_disk on usage`.execute(records);
      await turns.record([makeTurn("msg_1")]);
      await expect.poll(() => said.at(-1)).toBe("ok");
      // Another process may have recorded what this one could not.
      await sql`create trigger full_disk before insert on usage
        execute function no_space()`.execute(records);
      await expect(turns.record([makeTurn("msg_2")])).rejects.toThrow();
      expect(said.at(-1)).toBe("refuses writes");
      clock.now += 11_000;
      await expect.poll(() => said.at(-1)).toBe("ok");
    },
  );
});
