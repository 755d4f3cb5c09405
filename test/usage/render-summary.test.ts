import { expect, it } from "vitest";
import { openDatabase } from "../../src/records/database.ts";
import { createSqlLedger } from "../../src/records/sql-ledger.ts";
import { createSqlTurns } from "../../src/records/sql-turns.ts";
import { renderSummary } from "../../src/usage/render-summary.ts";
import { makeLedgerEntry } from "../support/make-turn.ts";

it("shows days, models, the most expensive users with sums, and unpriced requests", async () => {
  const records = await openDatabase(":memory:");
  const ledger = createSqlLedger(records);
  expect(await renderSummary(ledger, { timeZone: "UTC" })).toBe(
    "There are no requests in this period.",
  );
  const hit = {
    status: "hit",
    tier: "exact",
    cost: { totalNanoUsd: 180n, savedNanoUsd: 220_200n, netSavedNanoUsd: 220_020n, priced: true },
  };
  const unpriced = { totalNanoUsd: 0n, savedNanoUsd: 0n, netSavedNanoUsd: 0n, priced: false };
  const entries = [
    makeLedgerEntry(),
    makeLedgerEntry(hit),
    makeLedgerEntry({ cost: unpriced, conversationId: null }),
  ];
  await createSqlTurns(records).record(entries.map((entry) => ({ entry, text: null })));
  const text = await renderSummary(ledger, { timeZone: "UTC" });
  expect(text).toMatch(/^By day\n +requests +hits +hit rate +tokens +cost USD/);
  expect(text).toMatch(
    /^2026-11-24 +3 +1 +33\.3 % +2928 +0\.000220560 +0\.000220200 +0\.000220020$/m,
  );
  expect(text).toMatch(/^\(none\) +1 +0 +0\.0 %/m);
  expect(text).toContain("1 requests of unpriced models are not included in the amounts.");
  await records.destroy();
});
