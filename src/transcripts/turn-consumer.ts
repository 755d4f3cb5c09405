import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "../operations/logger.ts";
import { waitAtMost } from "../operations/with-deadline.ts";
import { RedisUnavailable } from "../redis/redis-unavailable.ts";
import { recordBatch, createRetrySchedule, type RetrySchedule } from "./record-batch.ts";
import type { StreamEntry, TurnStream } from "./redis-turn-stream.ts";
import type { EndedTurn, DeferredTurn, TurnStore } from "./types.ts";

/** Every how many polls the entries of dead consumers are claimed. */
const POLLS_PER_CLAIM = 25;
/** Every how many polls deferred turns are retried. */
const POLLS_PER_RETRY = 5;
/** Minimum time between retries of a deferred turn by any replica, in milliseconds. */
const RETRY_IDLE_MS = 1_000;
/** Polls skipped after the database failed. */
const SKIPPED_POLLS = 5;

/** Polls the stream and writes its turns to the database. */
export interface TurnConsumer {
  /** Turns waiting in Redis at the last poll; 0 while this consumer keeps up. */
  readonly backlog: number;
  /** Polls now. Resolves when the turns found are in the database, or the poll failed. */
  runSoon(): Promise<void>;
  /** Drains the stream, for at most `timeoutMs`. */
  close(timeoutMs: number): Promise<void>;
}

interface ConsumerOptions {
  readonly stream: TurnStream;
  /** Turns that could not be written, kept for a retry. */
  readonly deferred: TurnStream;
  readonly store: TurnStore;
  readonly logger: Logger;
  readonly pollMs?: number | undefined;
  readonly deadAfterMs?: number | undefined;
  readonly onRecorded: (turns: readonly EndedTurn[]) => void;
  /** Called after each poll. */
  readonly recheck: () => Promise<void>;
}

interface ConsumerState {
  isClosed: boolean;
  /** This consumer may have unacknowledged entries; the next poll starts with them. */
  hasOwn: boolean;
  isRedisDown: boolean;
  polls: number;
  /** Polls left to skip. */
  paused: number;
  backlog: number;
  /** When this process retries deferred turns. */
  readonly retries: RetrySchedule;
}

/** Polls one at a time; a failed poll is retried at the next. */
export function createTurnConsumer(options: ConsumerOptions): TurnConsumer {
  const { stream, deferred, pollMs = 200 } = options;
  const state: ConsumerState = {
    isClosed: false,
    hasOwn: false,
    isRedisDown: false,
    polls: 0,
    paused: 0,
    backlog: 0,
    retries: createRetrySchedule(Date.now),
  };
  let polling: Promise<boolean> | undefined;
  let timer: NodeJS.Timeout | undefined;

  function runSoon(): Promise<boolean> {
    polling ??= poll(options, state).finally(() => {
      polling = undefined;
    });
    return polling;
  }

  function schedule(): void {
    if (state.isClosed) return;
    timer = setTimeout(() => {
      state.paused -= 1;
      void (state.paused > 0 ? Promise.resolve() : runSoon()).finally(schedule);
    }, pollMs);
    timer.unref();
  }

  schedule();
  return {
    get backlog() {
      return state.backlog;
    },
    async runSoon() {
      await polling;
      await runSoon();
    },
    async close(timeoutMs) {
      state.isClosed = true;
      clearTimeout(timer);
      const deadline = Date.now() + timeoutMs;
      const drain = async () => {
        await polling;
        // Without Redis there is nothing to drain: the next process finds the stream unchanged.
        while (!(await runSoon()) && !state.isRedisDown && Date.now() < deadline) {
          await sleep(pollMs);
        }
      };
      await waitAtMost(drain(), timeoutMs);
      const leaving = Promise.allSettled([stream.leave(), deferred.leave()]);
      await waitAtMost(leaving, Math.max(100, deadline - Date.now()));
    },
  };
}

/** Returns true on success. */
async function poll(options: ConsumerOptions, state: ConsumerState): Promise<boolean> {
  try {
    await consumeAll(options, state);
    await options.recheck();
    state.backlog = 0;
    return true;
  } catch (err) {
    state.isRedisDown = err instanceof RedisUnavailable;
    if (!state.isRedisDown) {
      state.paused = SKIPPED_POLLS;
      options.logger.warn({ err }, "database unavailable; turns wait in the Redis stream");
    }
    await options.recheck().catch(() => undefined);
    // While Redis is unavailable, the last value stays.
    state.backlog = await options.stream.length().catch(() => state.backlog);
    return false;
  }
}

async function consumeAll(options: ConsumerOptions, state: ConsumerState): Promise<void> {
  const { stream, store, deadAfterMs = 15_000 } = options;
  const consume = async (entries: readonly StreamEntry[]) => {
    state.hasOwn ||= entries.length > 0;
    await recordEntries(entries, options, state);
    return entries.length;
  };
  const { batch } = store;
  if (state.hasOwn) while ((await consume(await stream.takeOwn(batch))) === batch);
  state.polls += 1;
  if (state.polls % POLLS_PER_CLAIM === 0) await consume(await stream.claim(batch, deadAfterMs));
  while ((await consume(await stream.take(batch))) === batch) state.backlog = await stream.length();
  state.hasOwn = false;
  if (state.polls % POLLS_PER_RETRY === 0) await retryDeferred(options, state);
}

/** @throws Error when the database accepted too few turns; the rest stays in the stream */
async function recordEntries(
  entries: readonly StreamEntry[],
  options: ConsumerOptions,
  state: ConsumerState,
): Promise<void> {
  const { stream, store, logger, onRecorded } = options;
  if (entries.length === 0) return;
  const turns = entries.flatMap(({ turn }) => turn ?? []);
  const { deferred, untried } = await recordBatch(store, turns);
  const causes = new Map(deferred.map(({ turn, cause }) => [turn, cause]));
  const left = new Set(untried);
  const done: StreamEntry[] = [];
  for (const entry of entries) {
    const { turn } = entry;
    if (turn === undefined) {
      logger.error(
        { id: entry.id },
        "stream entry is not a turn; moved to the stream of invalid entries",
      );
      await stream.refuse(entry);
    } else if (causes.has(turn)) {
      await deferTurn({ id: entry.id, turn, cause: causes.get(turn) }, options, state);
    } else if (!left.has(turn)) done.push(entry);
  }
  await stream.acknowledge(done.map(({ id }) => id));
  onRecorded(done.flatMap(({ turn }) => turn ?? []));
  if (untried.length > 0) throw new Error("the database rejected too many turns of a batch");
}

/** Moves a turn to the stream of deferred turns, so that it does not block the others. */
async function deferTurn(
  { id, ...one }: DeferredTurn & { id: string },
  { stream, deferred, logger }: ConsumerOptions,
  { retries }: ConsumerState,
): Promise<void> {
  const { turn, cause: err } = one;
  retries.add(one);
  logger.warn({ err, id: turn.entry.id }, "a turn could not be written; it is retried separately");
  // Two steps, because a cluster may keep the keys on two servers. A turn in both streams is
  // recorded once.
  await deferred.add(turn, { place: id, cause: String(err) });
  await stream.acknowledge([id]);
}

/** Retries turns that any replica deferred, at most one batch. */
async function retryDeferred(options: ConsumerOptions, { retries }: ConsumerState): Promise<void> {
  const { deferred, store, onRecorded } = options;
  const entries = [
    ...(await deferred.take(store.batch)),
    ...(await deferred.claim(store.batch, RETRY_IDLE_MS)),
  ];
  const due = entries.filter(({ turn }) => turn !== undefined && retries.isDue(turn));
  const turns = due.flatMap(({ turn }) => turn ?? []);
  const result = await recordBatch(store, turns);
  for (const one of result.deferred) retries.add(one);
  const left = new Set([...result.deferred.map(({ turn }) => turn), ...result.untried]);
  const done = due.filter(({ turn }) => turn !== undefined && !left.has(turn));
  await deferred.acknowledge(done.map(({ id }) => id));
  const recorded = turns.filter((turn) => !left.has(turn));
  for (const { entry } of recorded) retries.remove(entry.id);
  onRecorded(recorded);
}
