import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { createRedisHistory } from "../../src/history/redis-history.ts";
import type { Logger } from "../../src/operations/logger.ts";
import { openDatabase } from "../../src/records/database.ts";
import { createSqlLedger } from "../../src/records/sql-ledger.ts";
import { createSqlTranscripts } from "../../src/records/sql-transcripts.ts";
import { createSqlTurns } from "../../src/records/sql-turns.ts";
import { connectRedis } from "../../src/redis/connection.ts";
import {
  createRedisRecorder,
  type RedisRecorderOptions,
} from "../../src/transcripts/redis-recorder.ts";
import { createTurnStream } from "../../src/transcripts/redis-turn-stream.ts";
import { decodeTurn, encodeTurn } from "../../src/transcripts/turn-codec.ts";
import type { TurnStore } from "../../src/transcripts/types.ts";
import { makeLedgerEntry, makeTurn, NOON } from "../support/make-turn.ts";
import { openPlainClient, startOwnRedis } from "../support/redis.ts";

const quiet: Logger = { debug() {}, info() {}, warn() {}, error() {} };
const LIMITS = { maxMessages: 20, ttlSeconds: 60 };

/** One database and one Redis of the test's own, with as many replicas as it wants. */
async function begin() {
  const redis = await startOwnRedis();
  if (redis === undefined) return undefined;
  const records = await openDatabase(":memory:");
  onTestFinished(() => records.destroy());
  const turns = createSqlTurns(records);
  const ledger = createSqlLedger(records);
  const transcripts = createSqlTranscripts(records);
  const ids = async () => {
    const all: string[] = [];
    for await (const entry of ledger.entries({})) all.push(entry.id);
    return all;
  };
  const open = (store: TurnStore = turns, options: Partial<RedisRecorderOptions> = {}) => {
    const connection = connectRedis({ url: redis.url, deadlineMs: 1_000 });
    onTestFinished(() => connection.close());
    const history = createRedisHistory({ connection, limits: LIMITS, now: () => Date.now() });
    const name = randomUUID();
    const stream = createTurnStream(connection, name);
    const recorder = createRedisRecorder({
      history,
      stream,
      aside: createTurnStream(connection, name, "usage:aside"),
      store,
      logger: quiet,
      now: () => Date.now(),
      pollMs: 10,
      ...options,
    });
    onTestFinished(() => recorder.close());
    return { connection, history, stream, recorder };
  };
  const client = await openPlainClient(redis.url);
  return { redis, open, client, turns, transcripts, ids };
}

/** A store that is away until it is let in. */
function gated(store: TurnStore) {
  const state = { away: true };
  return {
    state,
    store: {
      batch: store.batch,
      record: (turns) =>
        state.away ? Promise.reject(new Error("the database is away")) : store.record(turns),
      missing: (turns) =>
        state.away ? Promise.reject(new Error("the database is away")) : store.missing(turns),
    } satisfies TurnStore,
  };
}

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 500 && !(await isTrue()); tries += 1) await sleep(20);
  expect(await isTrue()).toBe(true);
}

const sameIds = (a: readonly string[], b: readonly { entry: { id: string } }[]) =>
  expect(a.toSorted()).toEqual(b.map(({ entry }) => entry.id).toSorted());

const makeTurns = (count: number, conversationId = "c1") =>
  Array.from({ length: count }, (_value, index) =>
    makeTurn(`q ${index}`, { conversationId, createdAt: NOON + index }),
  );

describe("turns on their way through Redis", () => {
  it("are in the window at once, and in the record once, in the window's order", async (test) => {
    const parts = await begin();
    if (parts === undefined) return test.skip();
    const first = parts.open();
    const second = parts.open();
    await first.connection.untilUp(5_000);
    await second.connection.untilUp(5_000);
    const all = makeTurns(9);
    await Promise.all(all.map((turn, index) => (index % 2 ? first : second).recorder.record(turn)));
    const key = { tenant: "acme", conversationId: "c1" };
    const window = (await first.history.read(key)).map(({ content }) => content);
    expect(window).toHaveLength(18);
    await until(async () => (await parts.ids()).length === 9);
    sameIds(await parts.ids(), all);
    const transcript = await parts.transcripts.read(key);
    expect(transcript.map(({ content }) => content)).toEqual(window);
    await until(async () => (await parts.client.xLen("usage")) === 0);
  });

  it("wait in the stream while the database is away, and are not lost", async (test) => {
    const parts = await begin();
    if (parts === undefined) return test.skip();
    const { state, store } = gated(parts.turns);
    const { recorder, connection } = parts.open(store);
    await connection.untilUp(5_000);
    const all = [...makeTurns(3), { entry: makeLedgerEntry({ conversationId: null }), text: null }];
    for (const turn of all) await recorder.record(turn);
    await recorder.settle("acme");
    expect(await parts.client.xLen("usage")).toBe(4);
    state.away = false;
    await until(async () => (await parts.client.xLen("usage")) === 0);
    sameIds(await parts.ids(), all);
  });

  it("are taken over from a consumer that died with them", async (test) => {
    const parts = await begin();
    if (parts === undefined) return test.skip();
    const { stream, connection } = parts.open(parts.turns, { pollMs: 60_000 });
    await connection.untilUp(5_000);
    const dead = createTurnStream(connection, "dead");
    const all = makeTurns(3);
    for (const turn of all) await stream.add(turn);
    expect(await dead.take(10)).toHaveLength(3);
    parts.open(parts.turns, { deadAfterMs: 50 });
    await until(async () => (await parts.ids()).length === 3);
    sameIds(await parts.ids(), all);
    await until(async () => (await parts.client.xLen("usage")) === 0);
  });

  it("go straight to the record while Redis is away", async (test) => {
    const parts = await begin();
    if (parts === undefined) return test.skip();
    const { recorder, connection } = parts.open();
    await connection.untilUp(5_000);
    await parts.redis.kill();
    const turn = makeTurn("one");
    await expect(recorder.record(turn)).rejects.toMatchObject({ code: "not_ready" });
    const counted = { entry: makeLedgerEntry({ conversationId: null }), text: null };
    await recorder.record(counted);
    await recorder.settle("acme");
    await until(async () => (await parts.ids()).length === 2);
    sameIds(await parts.ids(), [turn, counted]);
  });

  it("are written again by their process when Redis lost them on the way", async (test) => {
    const parts = await begin();
    if (parts === undefined) return test.skip();
    const { state, store } = gated(parts.turns);
    const { recorder, connection } = parts.open(store, { sureAfterMs: 50 });
    await connection.untilUp(5_000);
    const all = makeTurns(3);
    for (const turn of all) await recorder.record(turn);
    await parts.client.flushAll();
    state.away = false;
    await until(async () => (await parts.ids()).length === 3);
    sameIds(await parts.ids(), all);
  });

  it("are set aside where the record does not take them, and tried again", async (test) => {
    const parts = await begin();
    if (parts === undefined) return test.skip();
    const state = { refuses: true };
    const all = makeTurns(3);
    const refusing: TurnStore = {
      batch: parts.turns.batch,
      record: (turns) =>
        state.refuses && turns.some(({ entry }) => entry.id === all[1]?.entry.id)
          ? Promise.reject(new Error("no such text"))
          : parts.turns.record(turns),
      missing: (turns) => parts.turns.missing(turns),
    };
    await parts.client.xAdd("usage", "*", { turn: "no turn" });
    await parts.client.xAdd("usage", "*", { other: "field" });
    for (const turn of all) await parts.client.xAdd("usage", "*", { turn: encodeTurn(turn) });
    const { recorder } = parts.open(refusing);
    await until(async () => (await parts.client.xLen("usage")) === 0);
    expect((await parts.ids()).length).toBe(2);
    // What is no turn can never be recorded, and is kept to be looked at.
    expect(await parts.client.xLen("usage:refused")).toBe(2);
    const aside = await parts.client.xRange("usage:aside", "-", "+");
    expect(aside?.[0]?.message).toMatchObject({ cause: "Error: no such text" });
    expect(await recorder.settle("acme")).toBe(false);
    expect(await recorder.settle("other")).toBe(true);
    state.refuses = false;
    await until(async () => (await parts.client.xLen("usage:aside")) === 0);
    sameIds(await parts.ids(), all);
    expect(await recorder.settle("acme")).toBe(true);
  });

  it("are all in the record when the process has closed, and its consumer is gone", async (test) => {
    const parts = await begin();
    if (parts === undefined) return test.skip();
    const { recorder, connection } = parts.open(parts.turns, { pollMs: 60_000 });
    await connection.untilUp(5_000);
    const all = makeTurns(5);
    for (const turn of all) await recorder.record(turn);
    await recorder.close();
    sameIds(await parts.ids(), all);
    expect(await parts.client.xInfoConsumers("usage", "records")).toEqual([]);
  });
});

it("a turn as text is the same turn, and other text is none", () => {
  const turn = makeTurn('日本 "q"', {
    cost: {
      totalNanoUsd: 9_007_199_254_740_993n,
      savedNanoUsd: 0n,
      netSavedNanoUsd: -9_007_199_254_740_993n,
      priced: true,
    },
  });
  expect(decodeTurn(encodeTurn(turn))).toEqual(turn);
  const again = { ...turn, text: turn.text && { ...turn.text, again: true } };
  expect(decodeTurn(encodeTurn(again))).toEqual(again);
  const silent = { entry: turn.entry, text: null };
  expect(decodeTurn(encodeTurn(silent))).toEqual(silent);
  for (const text of ["", "{", "{}", "null", '{"entry":{}}']) {
    expect(decodeTurn(text)).toBeUndefined();
  }
});
