import type { RedisHistory } from "../history/redis-history.ts";
import type { Logger } from "../operations/logger.ts";
import { waitAtMost, withDeadline } from "../operations/with-deadline.ts";
import type { Clock } from "../operations/types.ts";
import { RedisUnavailable } from "../redis/redis-unavailable.ts";
import {
  MAX_WAITING,
  reportFailure,
  spill,
  createAdmission,
  windowTurn,
} from "./direct-recorder.ts";
import type { TurnStream } from "./redis-turn-stream.ts";
import { resumeSpilled } from "./resume-spilled.ts";
import type { SpilledTurns } from "./spilled-turns.ts";
import { encodeTurn } from "./turn-codec.ts";
import { type TurnConsumer, createTurnConsumer } from "./turn-consumer.ts";
import { createTurnQueue } from "./turn-queue.ts";
import type { EndedTurn, TurnRecorder, TurnStore } from "./types.ts";
import { createUnconfirmedTurns } from "./unconfirmed-turns.ts";
import { setTimeout as sleep } from "node:timers/promises";

/** Maximum time a read waits for pending turns, in milliseconds. */
const SETTLE_MS = 500;
/** Maximum time a reply waits for the direct write while Redis is unavailable, in milliseconds. */
const DIRECT_MS = 5_000;
const CLOSE_MS = 10_000;
/** Maximum turns queued in Redis. When it is reached, no new answers start. */
const MAX_BACKLOG = 50_000;

/** Dependencies and intervals of the recorder. */
export interface RedisRecorderOptions {
  readonly history: Pick<RedisHistory, "appendRecorded">;
  readonly stream: TurnStream;
  /** Turns that could not be written, kept for a retry. */
  readonly deferred: TurnStream;
  readonly store: TurnStore;
  readonly logger: Logger;
  readonly now: Clock;
  /** Called for each turn, before it is written. */
  readonly onTurn?: ((turn: EndedTurn) => void) | undefined;
  /** Undefined: turns that neither Redis nor the database accepts before the process ends are lost. */
  readonly spilled?: SpilledTurns | undefined;
  /** Poll interval of the stream, in milliseconds; default 200. */
  readonly pollMs?: number | undefined;
  /**
   * Idle time after which the entries of another consumer are claimed, in milliseconds; default
   * 15,000.
   */
  readonly deadAfterMs?: number | undefined;
  /**
   * Age at which this process checks in the database whether its own turns arrived, in
   * milliseconds; default 5,000.
   */
  readonly recheckAfterMs?: number | undefined;
  /** Maximum turns queued in Redis; default 50,000. */
  readonly maxBacklog?: number | undefined;
}

/**
 * Write-behind recorder. A turn is written to its window and to the stream in one step; any replica
 * then moves it to the database. If Redis rejects the turn, this process writes it directly. If
 * Redis loses it, the process that added it writes it again.
 */
export function createRedisRecorder(options: RedisRecorderOptions): TurnRecorder {
  const { stream, deferred, store, logger, spilled } = options;
  const { recheckAfterMs = 5_000, maxBacklog = MAX_BACKLOG } = options;
  const queue = createTurnQueue({ store, onError: (failure) => reportFailure(logger, failure) });
  const unconfirmed = createUnconfirmedTurns({ ...options, onLost: (turn) => queue.add(turn) });
  const consumer = createTurnConsumer({
    ...options,
    onRecorded: (turns) => unconfirmed.forget(turns),
    recheck: () => unconfirmed.recheck(recheckAfterMs),
  });
  const resumed =
    spilled === undefined ? undefined : resumeSpilled({ spilled, queue, store, logger });

  async function recordDirectly(turn: EndedTurn): Promise<void> {
    if (queue.isClosed) return spill([turn], spilled, logger);
    queue.add(turn);
    // Only this process holds the turn now, so the reply waits until it is in the database, within
    // the limit.
    await queue.settle(DIRECT_MS);
  }

  return {
    async record(turn) {
      options.onTurn?.(turn);
      const window = windowTurn(turn);
      try {
        unconfirmed.keep(turn, await addTurn(turn, window, options));
      } catch (error) {
        await recordDirectly(turn);
        // A turn without a window was recorded after all, so the reply has nothing to report.
        if (window !== undefined || !(error instanceof RedisUnavailable)) throw error;
      }
    },
    admit: createAdmission(() => queue.size >= MAX_WAITING || consumer.backlog >= maxBacklog),
    async settle(tenant) {
      const confirm = unconfirmed.begin(tenant);
      const settle = async () => {
        const settled = await Promise.all([
          settleStream(tenant, { stream, deferred, consumer, timeoutMs: SETTLE_MS }),
          queue.settle(SETTLE_MS, tenant),
        ]);
        return settled.every(Boolean) && confirm();
      };
      // Unknown within the time limit counts as incomplete.
      return withDeadline(settle(), SETTLE_MS).catch(() => false);
    },
    async close(timeoutMs = CLOSE_MS) {
      resumed?.close();
      await consumer.close(timeoutMs / 2);
      await waitAtMost(
        unconfirmed
          .recheck(0)
          .catch((err: unknown) =>
            logger.warn({ err }, "cannot check whether all turns are in the database"),
          ),
        timeoutMs / 4,
      );
      const left = await queue.close(timeoutMs / 4);
      await spill(left, spilled, logger);
    },
  };
}

/** Adds a turn to the stream, in the same command as its messages to the window. */
function addTurn(
  turn: EndedTurn,
  window: ReturnType<typeof windowTurn>,
  { stream, history }: Pick<RedisRecorderOptions, "stream" | "history">,
) {
  if (window === undefined) return stream.add(turn);
  const { key, messages, ...said } = window;
  return history.appendRecorded(key, messages, { record: encodeTurn(turn), ...said });
}

const LOOK_MS = 20;

/**
 * Waits until the entries now in the stream are in the database, whichever replica writes them.
 *
 * @returns false when turns of the tenant are still pending
 * @throws RedisUnavailable when the stream cannot be read
 */
async function settleStream(
  tenant: string,
  {
    stream,
    deferred,
    consumer,
    timeoutMs,
  }: {
    stream: Pick<TurnStream, "ends" | "holds">;
    deferred: Pick<TurnStream, "holds">;
    consumer: Pick<TurnConsumer, "runSoon">;
    timeoutMs: number;
  },
): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  const last = (await stream.ends())?.last;
  const isPending = async () => last !== undefined && stream.holds(tenant, last);
  while (await isPending()) {
    if (Date.now() >= deadline) return false;
    await waitAtMost(consumer.runSoon(), deadline - Date.now());
    await sleep(LOOK_MS);
  }
  // Deferred turns are not waited for.
  return !(await deferred.holds(tenant));
}
