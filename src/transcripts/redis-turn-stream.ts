import { ErrorReply } from "redis";
import type { RedisClient, RedisConnection } from "../redis/connection.ts";
import { redisKeys } from "../redis/redis-keys.ts";
import { decodeTurn, encodeTurn } from "./turn-codec.ts";
import { orderOf } from "./turn-order.ts";
import type { EndedTurn } from "./types.ts";

const GROUP = "records";
/** Refused turns that are kept to be looked at, and for how long, in seconds. */
const REFUSED_KEPT = 1_000;
const REFUSED_SECONDS = 7 * 24 * 60 * 60;
/** For commands with many entries, in milliseconds. */
const DEADLINE_MS = 5_000;

/** An entry of the stream; without a turn when it is not one. */
export interface StreamEntry {
  readonly id: string;
  readonly turn: EndedTurn | undefined;
}

/** The stream `usage` as one of its consumers sees it. An entry ends when it is acknowledged. */
export interface TurnStream {
  add(turn: EndedTurn): Promise<string>;
  /** Entries that nobody has taken yet. */
  take(count: number): Promise<readonly StreamEntry[]>;
  /** Entries that this consumer has taken and not acknowledged. */
  takeOwn(count: number): Promise<readonly StreamEntry[]>;
  /** Entries that another has taken and not acknowledged for `idleMs`: it is taken for dead. */
  claim(count: number, idleMs: number): Promise<readonly StreamEntry[]>;
  /** Ends entries, as one step; only those that are in the record. */
  acknowledge(ids: readonly string[]): Promise<void>;
  /** Puts an entry aside that can never be recorded. */
  refuse(entry: StreamEntry): Promise<void>;
  /** Takes this consumer out of the group when it has nothing left. */
  leave(): Promise<void>;
}

/** @param consumer a name of this process that no other has */
export function createTurnStream(connection: RedisConnection, consumer: string): TurnStream {
  const stream = redisKeys.usage;
  const run = <Value>(work: (client: RedisClient) => Promise<Value>) =>
    connection.run(work, { deadlineMs: DEADLINE_MS });

  /** The group is made where it is missing: at the first start, and after Redis lost its data. */
  async function inGroup<Value>(work: (client: RedisClient) => Promise<Value>): Promise<Value> {
    try {
      return await run(work);
    } catch (error) {
      if (!(error instanceof ErrorReply) || !error.message.startsWith("NOGROUP")) throw error;
      await run((client) => client.xGroupCreate(stream, GROUP, "0", { MKSTREAM: true })).catch(
        (raced: unknown) => {
          if (!String(raced).includes("BUSYGROUP")) throw raced;
        },
      );
      return run(work);
    }
  }

  async function readGroup(id: string, count: number): Promise<readonly StreamEntry[]> {
    const reply = await inGroup((client) =>
      client.xReadGroup(GROUP, consumer, { key: stream, id }, { COUNT: count }),
    );
    return (reply ?? []).flatMap(({ messages }) => messages.map(toEntry));
  }

  return {
    add: (turn) => run((client) => client.xAdd(stream, "*", { turn: encodeTurn(turn) })),
    take: (count) => readGroup(">", count),
    takeOwn: (count) => readGroup("0", count),
    async claim(count, idleMs) {
      const { messages } = await inGroup((client) =>
        client.xAutoClaim(stream, GROUP, consumer, idleMs, "0", { COUNT: count }),
      );
      return messages.flatMap((message) => (message === null ? [] : [toEntry(message)]));
    },
    async acknowledge(ids) {
      if (ids.length === 0) return;
      await run((client) =>
        client
          .multi()
          .xAck(stream, GROUP, [...ids])
          .xDel(stream, [...ids])
          .exec(),
      );
    },
    async refuse({ id, turn }) {
      const fields = { id, turn: turn === undefined ? "" : encodeTurn(turn) };
      const TRIM = { strategy: "MAXLEN" as const, threshold: REFUSED_KEPT };
      const key = redisKeys.usageRefused;
      await run((client) =>
        client.multi().xAdd(key, "*", fields, { TRIM }).expire(key, REFUSED_SECONDS).exec(),
      );
    },
    async leave() {
      if ((await readGroup("0", 1)).length > 0) return;
      await run((client) => client.xGroupDelConsumer(stream, GROUP, consumer));
    },
  };
}

/** A turn's place in the stream is its place in the window, since both were written in one step. */
function toEntry({ id, message }: { id: string; message?: Record<string, string> }): StreamEntry {
  // What was taken and then lost has no message any more.
  const turn = decodeTurn(message?.["turn"] ?? "");
  if (turn === undefined || turn.text === null) return { id, turn };
  const [milliseconds = 0, number = 0] = id.split("-").map(Number);
  return { id, turn: { ...turn, text: { ...turn.text, order: orderOf(milliseconds, number) } } };
}
