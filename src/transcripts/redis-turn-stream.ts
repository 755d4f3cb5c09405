import { ErrorReply } from "redis";
import type { RedisClient, RedisConnection } from "../redis/connection.ts";
import { redisKeys } from "../redis/redis-keys.ts";
import { decodeTurn, encodeTurn } from "./turn-codec.ts";
import { orderOf } from "./direct-recorder.ts";
import type { EndedTurn } from "./types.ts";

const GROUP = "records";
/**
 * Limits of the stream of invalid entries kept for inspection: their number, and their age in
 * seconds.
 */
const REFUSED_KEPT = 1_000;
const REFUSED_SECONDS = 7 * 24 * 60 * 60;
/** Maximum entries searched for turns of a tenant. */
const SEARCHED = 500;
/** Deadline of commands with many entries, in milliseconds. */
const DEADLINE_MS = 5_000;

/** A stream entry; `turn` is undefined if it cannot be parsed. */
export interface StreamEntry {
  readonly id: string;
  readonly turn: EndedTurn | undefined;
}

/**
 * A Redis stream of turns, as seen by one consumer of its group. An entry is removed when it is
 * acknowledged.
 */
export interface TurnStream {
  /** @param deferred the id of the turn in the stream it came from, and why it was deferred */
  add(
    turn: EndedTurn,
    deferred?: { readonly place: string; readonly cause: string },
  ): Promise<string>;
  /** Reads entries that no consumer has read. */
  take(count: number): Promise<readonly StreamEntry[]>;
  /** Reads entries that this consumer has read but not acknowledged. */
  takeOwn(count: number): Promise<readonly StreamEntry[]>;
  /** Claims entries that any consumer has left unacknowledged for `idleMs`, oldest first. */
  claim(count: number, idleMs: number): Promise<readonly StreamEntry[]>;
  /** Removes entries that are in the database, in one step. */
  acknowledge(ids: readonly string[]): Promise<void>;
  /** Removes an invalid entry, and keeps a copy for a week. */
  refuse(entry: StreamEntry): Promise<void>;
  /** Number of unacknowledged and unread entries. */
  length(): Promise<number>;
  /** Ids of the oldest and newest entry; undefined for an empty stream. */
  ends(): Promise<{ first: string; last: string } | undefined>;
  /**
   * True if the stream has a turn of the tenant, up to an id if given. Also true if there are too
   * many entries to tell.
   */
  holds(tenant: string, upToId?: string): Promise<boolean>;
  /** Removes this consumer from the group, unless it has unacknowledged entries. */
  leave(): Promise<void>;
}

type Run = <Value>(work: (client: RedisClient) => Promise<Value>) => Promise<Value>;

/**
 * @param consumer unique name of this process
 * @param key default: the stream of turns to be written to the database
 */
export function createTurnStream(
  connection: RedisConnection,
  consumer: string,
  key: string = redisKeys.usage,
): TurnStream {
  const run: Run = (work) => connection.run(work, { deadlineMs: DEADLINE_MS });
  return { ...createGroup(run, consumer, key), ...createReads(run, key) };
}

type Reads = Pick<TurnStream, "length" | "ends" | "holds">;

function createReads(run: Run, key: string): Reads {
  return {
    length: () => run((client) => client.xLen(key)),
    async ends() {
      const [first, last] = await run((client) =>
        Promise.all([
          client.xRange(key, "-", "+", { COUNT: 1 }),
          client.xRevRange(key, "+", "-", { COUNT: 1 }),
        ]),
      );
      const [oldest, newest] = [first?.[0], last?.[0]];
      if (oldest === undefined || newest === undefined) return undefined;
      return { first: oldest.id, last: newest.id };
    },
    async holds(tenant, upToId = "+") {
      const found = await run((client) => client.xRange(key, "-", upToId, { COUNT: SEARCHED }));
      const entries = (found ?? []).map(toEntry);
      return (
        entries.length === SEARCHED || entries.some(({ turn }) => turn?.entry.tenant === tenant)
      );
    },
  };
}

function createGroup(run: Run, consumer: string, key: string): Omit<TurnStream, keyof Reads> {
  const inGroup: Run = (work) => runInGroup(run, key, work);

  async function readGroup(id: string, count: number): Promise<readonly StreamEntry[]> {
    const reply = await inGroup((client) =>
      client.xReadGroup(GROUP, consumer, { key, id }, { COUNT: count }),
    );
    return (reply ?? []).flatMap(({ messages }) => messages.map(toEntry));
  }

  async function acknowledge(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await run((client) =>
      client
        .multi()
        .xAck(key, GROUP, [...ids])
        .xDel(key, [...ids])
        .exec(),
    );
  }

  return {
    add: (turn, deferred) =>
      run((client) => client.xAdd(key, "*", { turn: encodeTurn(turn), ...deferred })),
    take: (count) => readGroup(">", count),
    takeOwn: (count) => readGroup("0", count),
    async claim(count, idleMs) {
      const { messages } = await inGroup((client) =>
        client.xAutoClaim(key, GROUP, consumer, idleMs, "0", { COUNT: count }),
      );
      return messages.flatMap((message) => (message === null ? [] : [toEntry(message)]));
    },
    acknowledge,
    async refuse({ id, turn }) {
      const fields = { id, turn: turn === undefined ? "" : encodeTurn(turn) };
      const TRIM = { strategy: "MAXLEN" as const, threshold: REFUSED_KEPT };
      const refused = redisKeys.usageRefused;
      await run((client) =>
        client.multi().xAdd(refused, "*", fields, { TRIM }).expire(refused, REFUSED_SECONDS).exec(),
      );
      await acknowledge([id]);
    },
    async leave() {
      if ((await readGroup("0", 1)).length > 0) return;
      await run((client) => client.xGroupDelConsumer(key, GROUP, consumer));
    },
  };
}

/** Creates the consumer group if it is missing: at the first start, and after Redis lost its data. */
async function runInGroup<Value>(
  run: Run,
  key: string,
  work: (client: RedisClient) => Promise<Value>,
): Promise<Value> {
  try {
    return await run(work);
  } catch (error) {
    if (!(error instanceof ErrorReply) || !error.message.startsWith("NOGROUP")) throw error;
    await run((client) => client.xGroupCreate(key, GROUP, "0", { MKSTREAM: true })).catch(
      (raced: unknown) => {
        if (!String(raced).includes("BUSYGROUP")) throw raced;
      },
    );
    return run(work);
  }
}

/**
 * Orders a turn by its stream id. Stream and window are written in one step, so both have the same
 * order.
 */
function toEntry({ id, message }: { id: string; message?: Record<string, string> }): StreamEntry {
  // An entry that was read and then lost has no message.
  const turn = decodeTurn(message?.["turn"] ?? "");
  if (turn === undefined || turn.text === null) return { id, turn };
  // A deferred turn keeps the id of its original entry.
  const place = message?.["place"] ?? id;
  const [milliseconds = 0, number = 0] = place.split("-").map(Number);
  return { id, turn: { ...turn, text: { ...turn.text, order: orderOf(milliseconds, number) } } };
}
