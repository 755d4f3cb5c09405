import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { createAdmission } from "../../src/transcripts/direct-recorder.ts";
import { createTurnQueue, type TurnQueueOptions } from "../../src/transcripts/turn-queue.ts";
import type { EndedTurn } from "../../src/transcripts/types.ts";
import { makeTurn } from "../support/make-turn.ts";

function open({ batch = 500, ...options }: Partial<TurnQueueOptions> & { batch?: number } = {}) {
  const kept: EndedTurn[] = [];
  const batches: number[] = [];
  const troubles: Parameters<TurnQueueOptions["onError"]>[0][] = [];
  const state = { away: false, refuses: (_turn: EndedTurn) => false };
  const queue = createTurnQueue({
    store: {
      batch,
      async record(turns) {
        if (state.away) throw new Error("the database is away");
        if (turns.some(state.refuses)) throw new Error("no such text");
        batches.push(turns.length);
        kept.push(...turns.filter((turn) => !kept.includes(turn)));
        return [];
      },
      async missing(turns) {
        if (state.away) throw new Error("the database is away");
        return turns.filter((turn) => !kept.includes(turn));
      },
    },
    onError: (trouble) => troubles.push(trouble),
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
  it("writes turns in batches, in their order", async () => {
    const { queue, kept, batches } = open({ batch: 4 });
    const all = turns(10);
    for (const turn of all) queue.add(turn);
    await queue.settle(1_000);
    expect(kept).toEqual(all);
    expect(batches).toEqual([4, 4, 2]);
  });

  it("keeps failed turns and writes them once when the database is back", async () => {
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

  it("defers a turn that is rejected, continues with the others, and retries it", async () => {
    const { queue, kept, state, troubles } = open();
    const all = turns(5);
    state.refuses = (turn) => turn === all[2];
    for (const turn of all) queue.add(turn);
    expect(await queue.settle(1_000)).toBe(false);
    expect(kept).toEqual(all.filter((turn) => turn !== all[2]));
    expect(troubles).toEqual([
      {
        error: new Error("no such text"),
        deferred: { turn: all[2], cause: new Error("no such text") },
        waiting: 0,
      },
    ]);
    expect(queue.size).toBe(1);
    state.refuses = () => false;
    await expect.poll(() => kept.length).toBe(5);
    expect(await queue.settle(1_000)).toBe(true);
  });

  it("reports completeness per tenant", async () => {
    const { queue, state } = open();
    const [theirs, ours] = [makeTurn("a", { tenant: "theirs" }), makeTurn("b", { tenant: "ours" })];
    state.refuses = (turn) => turn === theirs;
    for (const turn of [theirs, ours]) queue.add(turn);
    expect(await queue.settle(1_000, "ours")).toBe(true);
    expect(await queue.settle(1_000, "theirs")).toBe(false);
    state.away = true;
    queue.add(makeTurn("c", { tenant: "ours" }));
    expect(await queue.settle(20, "ours")).toBe(false);
  });

  it("keeps every turn, however long the database is unavailable", async () => {
    const { queue, kept, state } = open();
    state.away = true;
    const all = turns(2_000);
    for (const turn of all) queue.add(turn);
    await queue.settle(20);
    expect(queue.size).toBe(2_000);
    state.away = false;
    expect(await queue.close(5_000)).toEqual([]);
    expect(new Set(kept)).toEqual(new Set(all));
  });

  it("writes the remaining turns when it closes, and returns those it could not write", async () => {
    const first = open({ lingerMs: 60_000 });
    for (const turn of turns(2)) first.queue.add(turn);
    expect(await first.queue.close(5_000)).toEqual([]);
    expect(first.kept).toHaveLength(2);
    const second = open();
    second.state.away = true;
    const left = turns(2);
    for (const turn of left) second.queue.add(turn);
    expect(await second.queue.close(30)).toEqual(left);
  });

  it("does not write turns that it returned when it closed", async () => {
    const { queue, kept, state, troubles } = open();
    state.away = true;
    const left = turns(2);
    for (const turn of left) queue.add(turn);
    expect(await queue.close(30)).toEqual(left);
    state.away = false;
    const attempts = troubles.length;
    await sleep(100);
    expect(kept).toEqual([]);
    expect(troubles).toHaveLength(attempts);
  });
});

describe("admission", () => {
  it("admits answers while there is capacity, then delays them, then rejects them", async () => {
    let isFull = false;
    const admit = createAdmission(() => isFull, 200);
    await admit();
    isFull = true;
    const waiting = admit();
    isFull = false;
    await waiting;
    isFull = true;
    await expect(admit()).rejects.toMatchObject({ code: "not_ready", retryAfterSeconds: 5 });
  });
});
