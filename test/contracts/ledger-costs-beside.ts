import { describe, expect, it } from "vitest";
import { addTotals } from "../../src/usage/request-cost.ts";
import { beginLedger, GROUPS, type OpenLedger } from "./ledger.ts";

/** What the ledger promises of costs that nobody asked for: judgements, and hits answered anew. */
export function describeCostsBeside(name: string, open: OpenLedger): void {
  const begin = () => beginLedger(open);

  describe(`costs that are not requests: ${name}`, () => {
    it("counts shadow runs as cost but not as requests, in every grouping", async () => {
      const { spend, report } = await begin();
      const cost = { totalNanoUsd: 70n, savedNanoUsd: 0n, netSavedNanoUsd: 0n, priced: true };
      const shadow = { status: "shadow", conversationId: null };
      await spend({}, { ...shadow, cost }, { ...shadow, cost: { ...cost, priced: false } });
      for (const groupBy of GROUPS) {
        const rows = (await report(groupBy)).map(({ totals }) => totals);
        expect(rows.reduce(addTotals)).toMatchObject({
          requests: 1,
          misses: 1,
          unpriced: 1,
          totalNanoUsd: 220_380n + 140n,
          shadow: { runs: 2, nanoUsd: 140n },
        });
      }
    });

    it("counts judge calls that compare answers as shadow cost, not as runs", async () => {
      const { spend, report } = await begin();
      const cost = { totalNanoUsd: 70n, savedNanoUsd: 0n, netSavedNanoUsd: 0n, priced: true };
      const judging = { ...cost, totalNanoUsd: 5n };
      const nobody = { conversationId: null, userId: null };
      await spend(
        {},
        { ...nobody, status: "shadow", cost },
        { ...nobody, status: "shadow-judged", cost: judging },
      );
      for (const groupBy of GROUPS) {
        const rows = (await report(groupBy)).map(({ totals }) => totals);
        expect(rows.reduce(addTotals)).toMatchObject({
          requests: 1,
          misses: 1,
          unpriced: 0,
          totalNanoUsd: 220_380n + 75n,
          shadow: { runs: 1, nanoUsd: 75n },
        });
      }
    });

    it("adds a judge call to the cost, but not to the requests", async () => {
      const { ledger, tenant, spend, report } = await begin();
      const cost = { totalNanoUsd: 33n, savedNanoUsd: 0n, netSavedNanoUsd: 0n, priced: true };
      await spend({}, { status: "judged", cost }, { status: "judged", cost });
      for (const groupBy of GROUPS) {
        const [row, ...more] = await report(groupBy);
        expect(more).toEqual([]);
        expect(row?.totals).toMatchObject({
          requests: 1,
          misses: 1,
          promptTokens: 3 * 812,
          totalNanoUsd: 220_380n + 66n,
          unpriced: 0,
        });
      }
      const free = { ...cost, totalNanoUsd: 0n, priced: false };
      await spend({ status: "judged", cost: free });
      for (const groupBy of GROUPS) expect((await report(groupBy))[0]?.totals.unpriced).toBe(1);
      const key = { tenant, conversationId: "conv_1" };
      expect(await ledger.conversation(key)).toMatchObject({ requests: 1, unpriced: 1 });
    });
  });
}
