import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EndedTurn, Transcripts, TurnStore } from "../../src/transcripts/types.ts";
import type { Ledger } from "../../src/usage/types.ts";
import { makeTurn, NOON } from "../support/make-turn.ts";

/** What a suite of turns needs. */
interface TurnStoreParts {
  readonly turns: TurnStore;
  readonly ledger: Ledger;
  readonly transcripts: Transcripts;
}

/** A turn of a plan: few conversations, users, models and times, so that turns meet in them. */
const planned = fc.record({
  conversation: fc.option(fc.constantFrom("c1", "c2", "c3")),
  user: fc.option(fc.constantFrom("ann", "bob")),
  model: fc.constantFrom("m1", "m2"),
  minute: fc.integer({ min: 0, max: 40 }),
  nanoUsd: fc.bigInt({ min: 0n, max: 9_007_199_254_740_993n }),
  isHit: fc.boolean(),
});

/** The order in which turns are delivered, some of them again, and where batches end. */
const deliveries = fc.array(fc.array(fc.nat(29), { minLength: 1, maxLength: 25 }), {
  minLength: 1,
  maxLength: 5,
});

/** Ended turns in any record, with the ledger and the transcripts that it fills. */
export function describeTurnStore(name: string, open: () => Promise<TurnStoreParts>): void {
  describe(`finished turns in ${name}`, () => {
    it("are counted once and kept in order, however they are delivered", async () => {
      const parts = await open();
      const plans = fc.array(planned, { minLength: 30, maxLength: 30 });
      await fc.assert(
        fc.asyncProperty(plans, deliveries, async (plan, batches) => {
          const tenant = `tenant-${randomUUID()}`;
          const all = plan.map((one, index) => toTurn(one, index, tenant));
          const delivered = new Map<string, EndedTurn>();
          for (const batch of batches) {
            const turns = batch.flatMap((index) => all[index] ?? []);
            expect(await parts.turns.record(turns)).toEqual([]);
            for (const turn of turns) delivered.set(turn.entry.id, turn);
          }
          await expectRecorded(parts, tenant, [...delivered.values()]);
          expect(await parts.turns.missing(all)).toEqual(
            all.filter(({ entry }) => !delivered.has(entry.id)),
          );
        }),
        { numRuns: 40 },
      );
    }, 60_000);

    it("are written whole or not at all: an invalid one fails its batch", async () => {
      const { turns, transcripts, ledger } = await open();
      const tenant = `tenant-${randomUUID()}`;
      const good = makeTurn("one", { tenant, conversationId: "c1" });
      const bad = makeTurn("two", {
        tenant,
        conversationId: "c1",
        cost: { ...good.entry.cost, totalNanoUsd: 2n ** 70n },
      });
      await expect(turns.record([good, bad])).rejects.toThrow();
      expect(await transcripts.read({ tenant, conversationId: "c1" })).toEqual([]);
      expect(await ledger.conversation({ tenant, conversationId: "c1" })).toBeUndefined();
      expect(await turns.missing([good, bad])).toEqual([good, bad]);
    });

    it("of many concurrent writers are counted once, and all sums agree", async () => {
      const parts = await open();
      const tenant = `tenant-${randomUUID()}`;
      const all = Array.from({ length: 120 }, (_value, index) =>
        makeTurn(`q ${index}`, {
          tenant,
          conversationId: `c${index % 7}`,
          createdAt: NOON + index,
        }),
      );
      const writers = Array.from({ length: 6 }, async (_value, writer) => {
        let left = all.filter((_turn, index) => index % 6 === writer || index % 5 === 0);
        // Deferred turns are retried, as the queue does.
        while (left.length > 0) {
          const deferred = await parts.turns
            .record(left)
            .catch(() => left.map((turn) => ({ turn })));
          left = deferred.map(({ turn }) => turn);
        }
      });
      await Promise.all(writers);
      await expectRecorded(parts, tenant, all);
    });
  });
}

function toTurn(
  { conversation, user, model, minute, nanoUsd, isHit }: PlannedTurn,
  index: number,
  tenant: string,
): EndedTurn {
  const turn = makeTurn(`q ${index}`, {
    id: `msg_${index}`,
    tenant,
    conversationId: conversation,
    userId: user,
    createdAt: NOON + minute * 60_000,
    status: isHit ? "hit" : "miss",
    tier: isHit ? "exact" : null,
    cost: { totalNanoUsd: nanoUsd, savedNanoUsd: 1n, netSavedNanoUsd: -nanoUsd, priced: true },
  });
  const entry = { ...turn.entry, usage: { ...turn.entry.usage, model } };
  const text = turn.text === null ? null : { ...turn.text, order: turn.text.order + index };
  return { entry, text: conversation === null ? null : text };
}

type PlannedTurn = typeof planned extends fc.Arbitrary<infer Value> ? Value : never;

async function expectRecorded(
  { ledger, transcripts }: TurnStoreParts,
  tenant: string,
  turns: readonly EndedTurn[],
): Promise<void> {
  const total = turns.reduce((sum, { entry }) => sum + entry.cost.totalNanoUsd, 0n);
  // By user it is added up from the ledger, by tenant and model from the sums that stand ready.
  for (const groupBy of ["user", "conversation", "tenant", "model", "day"] as const) {
    const rows = await ledger.report({ tenant, groupBy, timeZone: "UTC" });
    expect(rows.reduce((sum, { totals }) => sum + totals.totalNanoUsd, 0n)).toBe(total);
    expect(rows.reduce((sum, { totals }) => sum + totals.requests, 0)).toBe(turns.length);
  }
  for (const conversationId of new Set(turns.flatMap((turn) => turn.entry.conversationId ?? []))) {
    const said = turns.filter(({ entry }) => entry.conversationId === conversationId);
    const messages = await transcripts.read({ tenant, conversationId });
    const expected = said.toSorted((a, b) => (a.text?.order ?? 0) - (b.text?.order ?? 0));
    expect(messages.map(({ content }) => content)).toEqual(
      expected.flatMap(({ text }) => [text?.question, text?.answer]),
    );
    const found = await transcripts.find({ tenant, conversationId });
    expect(found?.updatedAt).toBe(Math.max(...said.map(({ entry }) => entry.createdAt)));
    const users = new Set(said.flatMap(({ entry }) => entry.userId ?? []));
    for (const userId of ["ann", "bob"]) {
      const { rows } = await transcripts.list({ tenant, userId, limit: 50 });
      expect(rows.some(({ id }) => id === conversationId)).toBe(users.has(userId));
    }
  }
}
