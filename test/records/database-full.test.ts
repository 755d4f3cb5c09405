import { sql } from "kysely";
import { expect, it } from "vitest";
import { openDatabase } from "../../src/records/database.ts";
import { createSqlProfiles } from "../../src/records/sql-profiles.ts";
import { openTestDatabase, testDatabases } from "../support/databases.ts";

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
