import { ErrorReply } from "redis";
import type { RedisClient, RedisConnection } from "../redis/connection.ts";
import { redisKeys } from "../redis/redis-keys.ts";
import { decodeTurn, encodeTurn } from "./turn-codec.ts";
import { orderOf } from "./ended-turn.ts";
import type { EndedTurn } from "./types.ts";

const GROUP = "records";
/** Refused turns that are kept to be looked at, and for how long, in seconds. */
const REFUSED_KEPT = 1_000;
const REFUSED_SECONDS = 7 * 24 * 60 * 60;
/** Entries that are searched for a tenant's. */
const SEARCHED = 500;
/** For commands with many entries, in milliseconds. */
const DEADLINE_MS = 5_000;

/** An entry of the stream; without a turn when it is not one. */
export interface StreamEntry {
  readonly id: string;
  readonly turn: EndedTurn | undefined;
}

/** A stream of turns as one of its consumers sees it. An entry ends when it is acknowledged. */
export interface TurnStream {
  /** @param aside the place that the turn had in another stream, and why it did not stay there */
  add(turn: EndedTurn, aside?: { readonly place: string; readonly cause: string }): Promise<string>;
  /** Entries that nobody has taken yet. */
  take(count: number): Promise<readonly StreamEntry[]>;
  /** Entries that this consumer has taken and not acknowledged. */
  takeOwn(count: number): Promise<readonly StreamEntry[]>;
  /** Entries that were taken by anybody and not acknowledged for `idleMs`, oldest first. */
  claim(count: number, idleMs: number): Promise<readonly StreamEntry[]>;
  /** Ends entries, as one step; only those that are in the record. */
  acknowledge(ids: readonly string[]): Promise<void>;
  /** Ends an entry that is no turn, and keeps it for a week to be looked at. */
  refuse(entry: StreamEntry): Promise<void>;
  /** Entries that have not ended. */
  length(): Promise<number>;
  /** The ids of the oldest and the newest entry; undefined when there is none. */
  ends(): Promise<{ first: string; last: string } | undefined>;
  /** Whether a turn of the tenant is among the entries, up to an id where it is given; true in doubt. */
  holds(tenant: string, upToId?: string): Promise<boolean>;
  /** Takes this consumer out of the group when it has nothing left. */
  leave(): Promise<void>;
}

type Run = <Value>(work: (client: RedisClient) => Promise<Value>) => Promise<Value>;

/**
 * @param consumer a name of this process that no other has
 * @param key default: the stream of turns on their way to the record
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
    add: (turn, aside) =>
      run((client) => client.xAdd(key, "*", { turn: encodeTurn(turn), ...aside })),
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

/** The group is made where it is missing: at the first start, and after Redis lost its data. */
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

/** A turn's place in the stream is its place in the window, since both were written in one step. */
function toEntry({ id, message }: { id: string; message?: Record<string, string> }): StreamEntry {
  // What was taken and then lost has no message any more.
  const turn = decodeTurn(message?.["turn"] ?? "");
  if (turn === undefined || turn.text === null) return { id, turn };
  // One that was set aside keeps the place that it had.
  const place = message?.["place"] ?? id;
  const [milliseconds = 0, number = 0] = place.split("-").map(Number);
  return { id, turn: { ...turn, text: { ...turn.text, order: orderOf(milliseconds, number) } } };
}
