import type { RedisHistory } from "../history/redis-history.ts";
import type { Logger } from "../operations/logger.ts";
import { waitAtMost, withDeadline } from "../operations/with-deadline.ts";
import type { Clock } from "../operations/types.ts";
import { RedisUnavailable } from "../redis/redis-unavailable.ts";
import { MAX_WAITING, reportTrouble, spill } from "./direct-recorder.ts";
import type { TurnStream } from "./redis-turn-stream.ts";
import { resumeSpilled } from "./resume-spilled.ts";
import type { SpilledTurns } from "./spilled-turns.ts";
import { createAdmission } from "./turn-admission.ts";
import { encodeTurn } from "./turn-codec.ts";
import { type TurnConsumer, createTurnConsumer } from "./turn-consumer.ts";
import { createTurnQueue } from "./turn-queue.ts";
import type { EndedTurn, TurnRecorder, TurnStore } from "./types.ts";
import { createUnsureTurns } from "./unconfirmed-turns.ts";
import { windowTurn } from "./ended-turn.ts";
import { setTimeout as sleep } from "node:timers/promises";

/** Longest that a read waits for the record. */
const SETTLE_MS = 500;
/** Longest that a reply waits for the record while Redis is away. */
const DIRECT_MS = 5_000;
const CLOSE_MS = 10_000;
/** Turns that may wait in Redis; further answers do not begin. */
const MAX_BACKLOG = 50_000;

/** What the recorder leans on. */
export interface RedisRecorderOptions {
  readonly history: Pick<RedisHistory, "appendRecorded">;
  readonly stream: TurnStream;
  /** Turns that could not be recorded when their time came. */
  readonly aside: TurnStream;
  readonly store: TurnStore;
  readonly logger: Logger;
  readonly now: Clock;
  /** Undefined: what cannot be recorded before the process ends, while Redis is away too, is lost. */
  readonly spilled?: SpilledTurns | undefined;
  /** How often the stream is looked at, in milliseconds; default 200. */
  readonly pollMs?: number | undefined;
  /** After which another consumer is taken for dead, in milliseconds; default 15,000. */
  readonly deadAfterMs?: number | undefined;
  /** After which this process looks itself whether its turns are there, in milliseconds; default 5,000. */
  readonly sureAfterMs?: number | undefined;
  /** Turns that may wait in Redis; default 50,000. */
  readonly maxBacklog?: number | undefined;
}

/**
 * Write-behind: a turn goes into the window and the stream as one step, and from there into the record
 * by whichever replica takes it. Where Redis does not take it, this process writes it directly; what
 * Redis lost on the way, the process that put it there writes again.
 */
export function createRedisRecorder(options: RedisRecorderOptions): TurnRecorder {
  const { history, stream, aside, store, logger, spilled } = options;
  const { sureAfterMs = 5_000, maxBacklog = MAX_BACKLOG } = options;
  const queue = createTurnQueue({ store, onTrouble: (trouble) => reportTrouble(logger, trouble) });
  const unsure = createUnsureTurns({ ...options, onLost: (turn) => queue.add(turn) });
  const consumer = createTurnConsumer({
    ...options,
    onRecorded: (turns) => unsure.forget(turns),
    makeSure: () => unsure.makeSure(sureAfterMs),
  });
  const resumed =
    spilled === undefined ? undefined : resumeSpilled({ spilled, queue, store, logger });

  async function recordDirectly(turn: EndedTurn): Promise<void> {
    if (queue.isClosed) return spill([turn], spilled, logger);
    queue.add(turn);
    // Nothing but this process has it now: the reply waits until the record has it, if it can.
    await queue.settle(DIRECT_MS);
  }

  return {
    async record(turn) {
      const window = windowTurn(turn);
      try {
        if (window === undefined) unsure.keep(turn, await stream.add(turn));
        else {
          const { key, messages, ...said } = window;
          const recorded = { record: encodeTurn(turn), ...said };
          unsure.keep(turn, await history.appendRecorded(key, messages, recorded));
        }
      } catch (error) {
        await recordDirectly(turn);
        // Without a window nothing is amiss that the reply should tell of.
        if (window !== undefined || !(error instanceof RedisUnavailable)) throw error;
      }
    },
    admit: createAdmission(() => queue.size >= MAX_WAITING || consumer.backlog >= maxBacklog),
    async settle(tenant) {
      const areRecorded = unsure.begin(tenant);
      const settle = async () => {
        const settled = await Promise.all([
          settleStream(tenant, { stream, aside, consumer, timeoutMs: SETTLE_MS }),
          queue.settle(SETTLE_MS, tenant),
        ]);
        return settled.every(Boolean) && areRecorded();
      };
      // What cannot be told in time is not complete.
      return withDeadline(settle(), SETTLE_MS).catch(() => false);
    },
    async close(timeoutMs = CLOSE_MS) {
      resumed?.close();
      await consumer.close(timeoutMs / 2);
      await waitAtMost(
        unsure.makeSure(0).catch((err: unknown) => logger.warn({ err }, "the record is away")),
        timeoutMs / 4,
      );
      const left = await queue.close(timeoutMs / 4);
      await spill(left, spilled, logger);
    },
  };
}

const LOOK_MS = 20;

/**
 * Waits until what was in the stream is in the record, whichever replica brings it there.
 *
 * @returns false when some of the tenant's turns are still on their way
 * @throws RedisUnavailable when it cannot be told
 */
async function settleStream(
  tenant: string,
  {
    stream,
    aside,
    consumer,
    timeoutMs,
  }: {
    stream: Pick<TurnStream, "ends" | "holds">;
    aside: Pick<TurnStream, "holds">;
    consumer: Pick<TurnConsumer, "runSoon">;
    timeoutMs: number;
  },
): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  const last = (await stream.ends())?.last;
  const isOnItsWay = async () => last !== undefined && stream.holds(tenant, last);
  while (await isOnItsWay()) {
    if (Date.now() >= deadline) return false;
    await waitAtMost(consumer.runSoon(), deadline - Date.now());
    await sleep(LOOK_MS);
  }
  // What was set aside is not waited for.
  return !(await aside.holds(tenant));
}
