import type { RedisHistory } from "../history/redis-history.ts";
import type { Logger } from "../operations/logger.ts";
import type { Clock } from "../operations/types.ts";
import { RedisUnavailable } from "../redis/connection.ts";
import { createTurnConsumer } from "./turn-consumer.ts";
import { reportTrouble } from "./direct-recorder.ts";
import type { TurnStream } from "./redis-turn-stream.ts";
import { encodeTurn } from "./turn-codec.ts";
import { createTurnQueue } from "./turn-queue.ts";
import type { EndedTurn, TurnRecorder, TurnStore } from "./types.ts";
import { windowTurn } from "./window-turn.ts";

const SETTLE_MS = 1_000;
/** Longest that a reply waits for the record while Redis is away. */
const DIRECT_MS = 5_000;
const CLOSE_MS = 10_000;
/** Turns of this process that are kept in mind until they are known to be in the record. */
const MAX_UNSURE = 10_000;

/** What the recorder leans on. */
export interface RedisRecorderOptions {
  readonly history: Pick<RedisHistory, "appendRecorded">;
  readonly stream: TurnStream;
  readonly store: TurnStore;
  readonly logger: Logger;
  readonly now: Clock;
  /** How often the stream is looked at, in milliseconds; default 200. */
  readonly pollMs?: number | undefined;
  /** After which another consumer is taken for dead, in milliseconds; default 15,000. */
  readonly deadAfterMs?: number | undefined;
  /** After which this process looks itself whether its turns are there, in milliseconds; default 5,000. */
  readonly sureAfterMs?: number | undefined;
}

/**
 * Write-behind: a turn goes into the window and the stream as one step, and from there into the record
 * by whichever replica takes it. Where Redis does not take it, this process writes it directly; what
 * Redis lost on the way, the process that put it there writes again.
 */
export function createRedisRecorder(options: RedisRecorderOptions): TurnRecorder {
  const { history, stream, store, logger, now, sureAfterMs = 5_000 } = options;
  const unsure = new Map<string, { turn: EndedTurn; since: number }>();
  const queue = createTurnQueue({ store, onTrouble: (trouble) => reportTrouble(logger, trouble) });
  const consumer = createTurnConsumer({
    ...options,
    onRecorded: (turns) => {
      for (const { entry } of turns) unsure.delete(entry.id);
    },
    makeSure: () => makeSure(sureAfterMs),
  });

  /** Writes those of its own turns that are not in the record although they had the time to get there. */
  async function makeSure(olderThanMs: number): Promise<void> {
    const old = [...unsure.values()].filter(({ since }) => since <= now() - olderThanMs);
    if (old.length === 0) return;
    const turns = old.map(({ turn }) => turn);
    const missing = await store.missing(turns);
    for (const turn of missing) queue.add(turn);
    for (const { entry } of turns) unsure.delete(entry.id);
    if (missing.length > 0) logger.warn({ turns: missing.length }, "turns were written again");
  }

  function keepInMind(turn: EndedTurn): void {
    unsure.set(turn.entry.id, { turn, since: now() });
    const oldest = unsure.size > MAX_UNSURE ? unsure.keys().next().value : undefined;
    if (oldest !== undefined) unsure.delete(oldest);
  }

  return {
    async record(turn) {
      const window = windowTurn(turn);
      try {
        if (window === undefined) await stream.add(turn);
        else {
          const { key, messages, askedAt } = window;
          await history.appendRecorded(key, messages, { record: encodeTurn(turn), askedAt });
        }
        keepInMind(turn);
      } catch (error) {
        queue.add(turn);
        // Nothing but this process has it now: the reply waits until the record has it, if it can.
        await queue.settle(DIRECT_MS);
        // Without a window nothing is amiss that the reply should tell of.
        if (window !== undefined || !(error instanceof RedisUnavailable)) throw error;
      }
    },
    async settle() {
      await consumer.runSoon();
      await queue.settle(SETTLE_MS);
    },
    async close() {
      await consumer.close(CLOSE_MS / 2);
      await makeSure(0).catch((err: unknown) => logger.warn({ err }, "the record is away"));
      const lost = await queue.close(CLOSE_MS / 2);
      if (lost > 0) logger.error({ lost }, "turns did not get into the record");
    },
  };
}
