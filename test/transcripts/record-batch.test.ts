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
    async record(turns) {
      reach();
      if (turns.some((turn) => bad.has(turn))) throw new Error("no such text");
      for (const turn of turns) kept.add(turn);
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

describe("a batch of turns", () => {
  it("loses none to an outage, whenever it comes and however long it is", async () => {
    const cases = fc.record({
      isBad: fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }),
      outage: fc.record({ from: fc.nat(40), calls: fc.nat(40) }),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ isBad, outage }) => {
        const turns = makeTurns(isBad.length);
        const bad = new Set(turns.filter((_turn, index) => isBad[index]));
        const { store, kept } = openStore(bad, outage);
        const refused = await recordBatch(store, turns).catch(() => undefined);
        if (refused === undefined) return;
        expect(refused.map(({ turn }) => turn)).toEqual([...bad]);
        expect(kept).toEqual(new Set(turns.filter((turn) => !bad.has(turn))));
      }),
      { numRuns: 2_000 },
    );
  });

  it("is taken but for those that can never be", async () => {
    const turns = makeTurns(5);
    const bad = new Set([turns[1], turns[3]].flatMap((turn) => turn ?? []));
    const { store, kept } = openStore(bad, { from: 0, calls: 0 });
    const refused = await recordBatch(store, turns);
    expect(refused).toEqual([...bad].map((turn) => ({ turn, error: new Error("no such text") })));
    expect(kept.size).toBe(3);
  });

  it("is not tried turn by turn while the record is away", async () => {
    const { store, calls } = openStore(new Set(), { from: 0, calls: 1_000 });
    await expect(recordBatch(store, makeTurns(500))).rejects.toThrow("away");
    expect(calls()).toBeLessThan(5);
  });
});
