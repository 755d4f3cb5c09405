import { describe, expect, it, onTestFinished } from "vitest";
import { createTurnQueue, type TurnQueueOptions } from "../../src/transcripts/turn-queue.ts";
import type { EndedTurn } from "../../src/transcripts/types.ts";
import { makeTurn } from "../support/make-turn.ts";

function open(options: Partial<TurnQueueOptions> = {}) {
  const kept: EndedTurn[] = [];
  const batches: number[] = [];
  const troubles: { refused?: unknown }[] = [];
  const state = { away: false, refuses: (_turn: EndedTurn) => false };
  const queue = createTurnQueue({
    store: {
      async record(turns) {
        if (state.away) throw new Error("the database is away");
        if (turns.some(state.refuses)) throw new Error("no such text");
        batches.push(turns.length);
        kept.push(...turns.filter((turn) => !kept.includes(turn)));
      },
      async missing(turns) {
        if (state.away) throw new Error("the database is away");
        return turns.filter((turn) => !kept.includes(turn));
      },
    },
    onTrouble: (trouble) => troubles.push(trouble),
    lingerMs: 5,
    retryMs: 5,
    ...options,
  });
  onTestFinished(async () => {
    state.away = false;
    await queue.close(1_000);
  });
  return { queue, kept, batches, troubles, state };
}

const turns = (count: number) => Array.from({ length: count }, (_value, i) => makeTurn(`q ${i}`));

describe("the queue of turns", () => {
  it("writes what came together in batches, in its order", async () => {
    const { queue, kept, batches } = open({ batch: 4 });
    const all = turns(10);
    for (const turn of all) queue.add(turn);
    await queue.settle(1_000);
    expect(kept).toEqual(all);
    expect(batches).toEqual([4, 4, 2]);
  });

  it("keeps what fails and writes it when the record is back, once", async () => {
    const { queue, kept, state, troubles } = open();
    state.away = true;
    const all = turns(3);
    for (const turn of all) queue.add(turn);
    await queue.settle(30);
    expect(kept).toEqual([]);
    expect(troubles.length).toBeGreaterThan(0);
    state.away = false;
    const more = turns(1);
    for (const turn of more) queue.add(turn);
    await queue.close(5_000);
    expect(kept).toEqual([...all, ...more]);
  });

  it("lets no turn that is refused hold up the others", async () => {
    const { queue, kept, state, troubles } = open();
    const all = turns(5);
    state.refuses = (turn) => turn === all[2];
    for (const turn of all) queue.add(turn);
    await queue.settle(1_000);
    expect(kept).toEqual(all.filter((turn) => turn !== all[2]));
    expect(troubles.map(({ refused }) => refused)).toEqual([
      { turn: all[2], error: new Error("no such text") },
    ]);
  });

  it("has a bound, and says so", async () => {
    const { queue, state } = open({ maxWaiting: 3 });
    state.away = true;
    for (const turn of turns(3)) queue.add(turn);
    expect(() => queue.add(makeTurn("one too many"))).toThrow("takes no more turns");
  });

  it("writes what is left when it closes, and says what it could not", async () => {
    const first = open({ lingerMs: 60_000 });
    for (const turn of turns(2)) first.queue.add(turn);
    expect(await first.queue.close(5_000)).toBe(0);
    expect(first.kept).toHaveLength(2);
    const second = open();
    second.state.away = true;
    for (const turn of turns(2)) second.queue.add(turn);
    expect(await second.queue.close(30)).toBe(2);
    expect(() => second.queue.add(makeTurn("late"))).toThrow();
  });
});
