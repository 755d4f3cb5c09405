import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { recordBatch } from "../../src/transcripts/record-batch.ts";
import type { EndedTurn, TurnStore } from "../../src/transcripts/types.ts";
import { makeTurn } from "../support/make-turn.ts";

interface Outage {
  /** The call with which it begins. */
  readonly from: number;
  /** In calls. */
  readonly calls: number;
}

/** A store that is away for some calls, and that takes no turn of `bad`. */
function openStore(bad: ReadonlySet<EndedTurn>, { from, calls }: Outage) {
  const kept = new Set<EndedTurn>();
  let call = 0;
  const reach = () => {
    const isAway = call >= from && call < from + calls;
    call += 1;
    if (isAway) throw new Error("the database is away");
  };
  const store: TurnStore = {
    batch: 500,
    async record(turns) {
      reach();
      if (turns.some((turn) => bad.has(turn))) throw new Error("no such text");
      for (const turn of turns) kept.add(turn);
      return [];
    },
    async missing(turns) {
      reach();
      return turns.filter((turn) => !kept.has(turn));
    },
  };
  return { store, kept, calls: () => call };
}

const makeTurns = (count: number) =>
  Array.from({ length: count }, (_value, index) => makeTurn(`q ${index}`));
const NEVER = { from: 0, calls: 0 };

describe("a batch of turns", () => {
  it("loses no turn, whichever turns are rejected and whenever the database is unavailable", async () => {
    const cases = fc.record({
      isBad: fc.array(fc.boolean(), { minLength: 1, maxLength: 60 }),
      outage: fc.record({ from: fc.nat(40), calls: fc.nat(40) }),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ isBad, outage }) => {
        const turns = makeTurns(isBad.length);
        const bad = new Set(turns.filter((_turn, index) => isBad[index]));
        const { store, kept } = openStore(bad, outage);
        const result = await recordBatch(store, turns).catch(() => undefined);
        if (result === undefined) return;
        const deferred = result.deferred.map(({ turn }) => turn);
        // Each turn is in one place, and only one.
        expect([...kept, ...deferred, ...result.untried].toSorted(byId)).toEqual(
          turns.toSorted(byId),
        );
        for (const turn of kept) expect(bad.has(turn)).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });

  it("is written except for invalid turns, which are returned with their cause", async () => {
    const turns = makeTurns(250);
    const bad = new Set([turns[1], turns[3], turns[249]].flatMap((turn) => turn ?? []));
    const { store, kept, calls } = openStore(bad, NEVER);
    const { deferred, untried } = await recordBatch(store, turns);
    expect(new Set(deferred)).toEqual(
      new Set([...bad].map((turn) => ({ turn, cause: new Error("no such text") }))),
    );
    expect(untried).toEqual([]);
    expect(kept.size).toBe(247);
    // Found by halving, not one by one.
    expect(calls()).toBeLessThan(100);
  });

  it("is not retried turn by turn while the database is unavailable", async () => {
    const { store, calls } = openStore(new Set(), { from: 0, calls: 1_000 });
    await expect(recordBatch(store, makeTurns(500))).rejects.toThrow("away");
    expect(calls()).toBeLessThan(5);
  });

  it("is postponed when the database answers but rejects everything", async () => {
    const turns = makeTurns(250);
    const { store, calls } = openStore(new Set(turns), NEVER);
    const { deferred, untried } = await recordBatch(store, turns);
    expect(deferred.length + untried.length).toBe(250);
    expect(deferred.length).toBeGreaterThan(0);
    expect(calls()).toBeLessThan(30);
  });
});

function byId(a: EndedTurn, b: EndedTurn): number {
  return a.entry.id < b.entry.id ? -1 : 1;
}
