import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import { expect, it } from "vitest";
import { openTestDatabase, testDatabases } from "../support/databases.ts";

const postgres = testDatabases.find(({ name }) => name === "PostgreSQL");

it.skipIf(postgres === undefined)(
  "a lost connection fails its transaction, but not the process or the next query",
  async () => {
    const records = await openTestDatabase(postgres ?? expect.fail("skipped"));
    const cut = records.transaction().execute(async (transaction) => {
      const found = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(transaction);
      const { pid } = found.rows[0] ?? expect.fail("no backend");
      await sql`select pg_terminate_backend(${pid}::int)`.execute(records);
      // Idle in its transaction, so that nobody waits for an answer when the connection ends.
      await sleep(200);
      await sql`select 1`.execute(transaction);
    });
    await expect(cut).rejects.toThrow();
    const after = await sql<{ one: number }>`select 1 as one`.execute(records);
    expect(after.rows).toEqual([{ one: 1 }]);
  },
);
