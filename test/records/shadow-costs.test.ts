import { describe, expect, it } from "vitest";
import { createSqlLedger } from "../../src/records/sql-ledger.ts";
import { createSqlTurns } from "../../src/records/sql-turns.ts";
import { addTotals } from "../../src/usage/add-totals.ts";
import type { ReportGroup } from "../../src/usage/types.ts";
import { openTestDatabase, testDatabases } from "../support/databases.ts";
import { makeLedgerEntry } from "../support/make-turn.ts";

const GROUPS: readonly ReportGroup[] = ["day", "model", "conversation", "user", "tenant"];

describe.each(testDatabases)("shadow runs in the ledger of $name", (database) => {
  it("are a cost and no request, however it is grouped", async () => {
    const records = await openTestDatabase(database);
    const cost = { totalNanoUsd: 70n, savedNanoUsd: 0n, netSavedNanoUsd: 0n, priced: true };
    const shadow = { status: "shadow", conversationId: null };
    const entries = [
      makeLedgerEntry(),
      makeLedgerEntry({ ...shadow, cost }),
      makeLedgerEntry({ ...shadow, cost: { ...cost, priced: false } }),
    ];
    await createSqlTurns(records).record(entries.map((entry) => ({ entry, text: null })));
    for (const groupBy of GROUPS) {
      const rows = await createSqlLedger(records).report({
        tenant: "acme",
        groupBy,
        timeZone: "UTC",
      });
      expect(rows.map(({ totals }) => totals).reduce(addTotals)).toMatchObject({
        requests: 1,
        misses: 1,
        unpriced: 1,
        totalNanoUsd: 220_380n + 140n,
        shadow: { runs: 2, nanoUsd: 140n },
      });
    }
  });
});
