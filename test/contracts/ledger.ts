import { randomUUID } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TurnStore } from "../../src/transcripts/types.ts";
import { addTotals } from "../../src/usage/request-cost.ts";
import type { Ledger, LedgerEntry, ReportGroup, UsageTotals } from "../../src/usage/types.ts";
import { makeLedgerEntry, NOON } from "../support/make-turn.ts";

const HOUR = 3_600_000;
/** Everything that reports group by. */
export const GROUPS: readonly ReportGroup[] = [
  "hour",
  "day",
  "model",
  "conversation",
  "user",
  "tenant",
];

/** Opens a ledger with the store of turns that fills it. */
export type OpenLedger = () => Promise<{ turns: TurnStore; ledger: Ledger }>;

/** A ledger with a tenant of its own, and shorthands. */
export async function beginLedger(open: OpenLedger) {
  const { turns, ledger } = await open();
  const tenant = `tenant-${randomUUID()}`;
  const spend = async (...entries: Partial<LedgerEntry>[]) => {
    const made = entries.map((entry) => makeLedgerEntry({ tenant, ...entry }));
    await turns.record(made.map((entry) => ({ entry, text: null })));
    return made;
  };
  const report = (groupBy: ReportGroup, parts: object = {}) =>
    ledger.report({ tenant, groupBy, timeZone: "UTC", ...parts });
  const keys = async (groupBy: ReportGroup, parts: object = {}) =>
    (await report(groupBy, parts)).map(({ key, totals }) => [key, totals.requests]);
  const entries = async (parts: object = {}) => {
    const all: LedgerEntry[] = [];
    for await (const entry of ledger.entries({ tenant, ...parts })) all.push(entry);
    return all;
  };
  return { turns, ledger, tenant, spend, report, keys, entries };
}

/** What the ledger promises, together with the store of turns that fills it. */
export function describeLedger(name: string, open: OpenLedger): void {
  const begin = () => beginLedger(open);

  describe(`ledger: ${name}`, () => {
    it("returns entries as written, oldest first", async () => {
      const { spend, entries } = await begin();
      const made = await spend(
        { createdAt: NOON + 2 },
        {
          createdAt: NOON + 1,
          conversationId: null,
          userId: "ann",
          status: "hit",
          tier: "semantic",
          finishReason: "stop",
          usage: {
            model: "Modell ü 'x'",
            promptTokens: 5,
            completionTokens: 7,
            totalTokens: 12,
            cachedPromptTokens: 3,
            cacheWriteTokens: 2,
            reasoningTokens: 4,
            embeddingTokens: 9,
            estimated: true,
          },
          saved: { promptTokens: 812, completionTokens: 164 },
          cost: {
            totalNanoUsd: 180n,
            savedNanoUsd: 9_007_199_254_740_993n,
            netSavedNanoUsd: -9_007_199_254_740_993n,
            priced: false,
          },
        },
      );
      expect(await entries()).toEqual(made.toReversed());
    });

    it("counts an entry once, however often it is written", async () => {
      const { turns, tenant, spend, entries } = await begin();
      const [entry] = await spend({});
      const again = { ...(entry ?? expect.fail()), status: "hit" };
      await turns.record([{ entry: again, text: null }]);
      expect(await entries()).toEqual([entry]);
      expect(entry?.tenant).toBe(tenant);
    });

    it("sums a conversation, and returns nothing for an unknown one", async () => {
      const { ledger, tenant, spend } = await begin();
      const hit = { status: "hit", saved: { promptTokens: 812, completionTokens: 164 } };
      const cost = { totalNanoUsd: 180n, savedNanoUsd: 220_200n, netSavedNanoUsd: 220_020n };
      await spend(
        {},
        { ...hit, tier: "exact", cost: { ...cost, priced: true } },
        { ...hit, tier: "semantic", cost: { ...cost, priced: true } },
        { ...hit, tier: "verified", cost: { ...cost, priced: false } },
        { status: "bypass" },
        { conversationId: "other" },
      );
      expect(await ledger.conversation({ tenant, conversationId: "conv_1" })).toEqual({
        requests: 5,
        hits: { exact: 1, semantic: 1, verified: 1 },
        misses: 1,
        promptTokens: 5 * 812,
        completionTokens: 5 * 164,
        cachedPromptTokens: 0,
        reasoningTokens: 0,
        embeddingTokens: 45,
        estimated: 0,
        saved: { promptTokens: 3 * 812, completionTokens: 3 * 164 },
        totalNanoUsd: 2n * 220_380n + 3n * 180n,
        savedNanoUsd: 3n * 220_200n,
        netSavedNanoUsd: 3n * 220_020n,
        unpriced: 1,
        shadow: { runs: 0, nanoUsd: 0n },
      });
      expect(await ledger.conversation({ tenant, conversationId: "none" })).toBeUndefined();
      expect(
        await ledger.conversation({ tenant: randomUUID(), conversationId: "conv_1" }),
      ).toBeUndefined();
    });

    it("sums beyond 2^53", async () => {
      const { spend, report } = await begin();
      const big = 9_007_199_254_740_993n;
      const cost = { totalNanoUsd: big, savedNanoUsd: 0n, netSavedNanoUsd: -big, priced: true };
      await spend({ cost }, { cost }, { cost });
      for (const groupBy of GROUPS) {
        const [row] = await report(groupBy);
        expect(row?.totals.totalNanoUsd).toBe(3n * big);
        expect(row?.totals.netSavedNanoUsd).toBe(-3n * big);
      }
    });

    it("groups by model, conversation, user and tenant, with null first", async () => {
      const { spend, keys, tenant } = await begin();
      const model = (name: string) => ({ ...makeLedgerEntry().usage, model: name });
      await spend(
        { usage: model("b"), conversationId: "c2", userId: "ann" },
        { usage: model("a"), conversationId: null, userId: null },
        { usage: model("b"), conversationId: "c1", userId: "ann" },
      );
      expect(await keys("model")).toEqual([
        ["a", 1],
        ["b", 2],
      ]);
      expect(await keys("conversation")).toEqual([
        [null, 1],
        ["c1", 1],
        ["c2", 1],
      ]);
      expect(await keys("user")).toEqual([
        [null, 1],
        ["ann", 2],
      ]);
      expect(await keys("tenant")).toEqual([[tenant, 3]]);
    });

    it("groups by the days of a time zone", async () => {
      const { spend, keys } = await begin();
      const at = (time: string) => ({ createdAt: Date.parse(time) });
      await spend(
        at("2026-11-23T23:59:59.999Z"),
        at("2026-11-24T00:00:00Z"),
        at("2026-11-24T18:29:59Z"),
        at("2026-11-24T18:30:00Z"),
        at("2026-11-25T04:59:59Z"),
      );
      expect(await keys("day")).toEqual([
        ["2026-11-23", 1],
        ["2026-11-24", 3],
        ["2026-11-25", 1],
      ]);
      expect(await keys("day", { timeZone: "Asia/Kolkata" })).toEqual([
        ["2026-11-24", 3],
        ["2026-11-25", 2],
      ]);
      expect(await keys("day", { timeZone: "America/New_York" })).toEqual([
        ["2026-11-23", 2],
        ["2026-11-24", 3],
      ]);
    });

    it("groups by the local hours of a time zone", async () => {
      const { spend, keys } = await begin();
      const at = (time: string) => ({ createdAt: Date.parse(time) });
      await spend(
        at("2026-11-24T17:59:59.999Z"),
        at("2026-11-24T18:00:00Z"),
        at("2026-11-24T18:29:59Z"),
        at("2026-11-24T18:30:00Z"),
      );
      expect(await keys("hour")).toEqual([
        ["2026-11-24T17:00:00.000Z", 1],
        ["2026-11-24T18:00:00.000Z", 3],
      ]);
      expect(await keys("hour", { timeZone: "Asia/Kolkata" })).toEqual([
        ["2026-11-24T17:30:00.000Z", 3],
        ["2026-11-24T18:30:00.000Z", 1],
      ]);
    });

    it("reports one conversation, also by hour", async () => {
      const { spend, entries, report } = await begin();
      const [first] = await spend({ conversationId: "conv_a" }, { conversationId: "conv_b" });
      expect(await entries({ conversationId: "conv_a" })).toEqual([first]);
      const [hour, ...others] = await report("hour", { conversationId: "conv_a" });
      expect(hour?.totals.requests).toBe(1);
      expect(others).toEqual([]);
    });

    it("includes the start of a range and excludes its end", async () => {
      const { spend, keys, entries } = await begin();
      await spend({ createdAt: NOON - 1 }, { createdAt: NOON }, { createdAt: NOON + HOUR });
      const range = { from: NOON, to: NOON + HOUR };
      for (const groupBy of GROUPS) {
        const [[_key, requests] = []] = await keys(groupBy, range);
        expect(requests).toBe(1);
      }
      expect((await entries(range)).map(({ createdAt }) => createdAt)).toEqual([NOON]);
      expect(await keys("day", { from: NOON + 2 * HOUR })).toEqual([]);
      for (const groupBy of ["day", "model", "tenant"] as const) {
        const [[_key, requests] = []] = await keys(groupBy, {
          from: NOON + 1,
          to: NOON + HOUR + 1,
        });
        expect(requests).toBe(1);
      }
    });

    it("reads several pages, each entry once, even with equal times", async () => {
      const { spend, entries } = await begin();
      const made = await spend(
        ...Array.from({ length: 2_100 }, (_value, index) => ({
          createdAt: NOON + Math.floor(index / 700),
        })),
      );
      const read = await entries();
      expect(read).toHaveLength(2_100);
      expect(new Set(read.map(({ id }) => id))).toEqual(new Set(made.map(({ id }) => id)));
      const times = read.map(({ createdAt }) => createdAt);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
    });

    it("separates tenants, and reports all of them without a tenant", async () => {
      const { ledger, tenant, spend, keys } = await begin();
      const other = `tenant-${randomUUID()}`;
      await spend({}, { tenant: other }, { tenant: other });
      expect(await keys("tenant")).toEqual([[tenant, 1]]);
      const all = await ledger.report({ groupBy: "tenant", timeZone: "UTC" });
      const requests = new Map(all.map(({ key, totals }) => [key, totals.requests]));
      expect([requests.get(tenant), requests.get(other)]).toEqual([1, 2]);
    });

    it("sums to the same nano-dollar in every grouping", async () => {
      const { turns, ledger } = await begin();
      const amount = fc.bigInt({ min: 0n, max: 10n ** 12n });
      const spent = fc.record({
        createdAt: fc.integer({ min: NOON - 40 * 24 * HOUR, max: NOON }),
        conversationId: fc.constantFrom(null, "c1", "c2", "c3"),
        userId: fc.constantFrom(null, "ann", "bob"),
        status: fc.constantFrom("hit", "miss", "bypass"),
        total: amount,
        saved: amount,
      });
      const zones = fc.constantFrom("UTC", "Asia/Kathmandu", "America/St_Johns", "Pacific/Apia");
      await fc.assert(
        fc.asyncProperty(
          fc.array(spent, { minLength: 1, maxLength: 40 }),
          zones,
          async (all, timeZone) => {
            const tenant = `tenant-${randomUUID()}`;
            const made = all.map(({ total, saved, ...parts }) =>
              makeLedgerEntry({
                tenant,
                ...parts,
                cost: {
                  totalNanoUsd: total,
                  savedNanoUsd: saved,
                  netSavedNanoUsd: saved - total,
                  priced: true,
                },
              }),
            );
            await turns.record(made.map((entry) => ({ entry, text: null })));
            const sums: UsageTotals[] = [];
            for (const groupBy of GROUPS) {
              const rows = await ledger.report({ tenant, groupBy, timeZone });
              sums.push(rows.map(({ totals }) => totals).reduce(addTotals));
            }
            for (const totals of sums) expect(totals).toEqual(sums[0]);
            const total = made.reduce((sum, { cost }) => sum + cost.totalNanoUsd, 0n);
            expect(sums[0]?.totalNanoUsd).toBe(total);
            expect(sums[0]?.requests).toBe(made.length);
          },
        ),
        { numRuns: 15 },
      );
    });
  });
}
