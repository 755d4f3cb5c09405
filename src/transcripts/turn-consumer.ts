import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "../operations/logger.ts";
import { waitAtMost } from "../operations/with-deadline.ts";
import { RedisUnavailable } from "../redis/redis-unavailable.ts";
import { recordBatch, createSetAside, type SetAside } from "./record-batch.ts";
import type { StreamEntry, TurnStream } from "./redis-turn-stream.ts";
import type { EndedTurn, SetAsideTurn, TurnStore } from "./types.ts";

/** Looks after which the stream is searched for what dead consumers left. */
const LOOKS_A_CLAIM = 25;
/** Looks after which turns that were set aside are tried again. */
const LOOKS_A_RETRY = 5;
/** An attempt of any replica is the last one for so long, in milliseconds. */
const RETRY_IDLE_MS = 1_000;
/** Looks that are left out after the record failed. */
const PAUSED_LOOKS = 5;

/** Brings what is in the stream into the record, again and again. */
export interface TurnConsumer {
  /** Turns that are known to wait in Redis; none while this consumer keeps up. */
  readonly backlog: number;
  /** Looks now, and resolves when what it found is in the record or the look failed. */
  runSoon(): Promise<void>;
  /** Goes on until nothing is left, for `timeoutMs` at most. */
  close(timeoutMs: number): Promise<void>;
}

interface ConsumerOptions {
  readonly stream: TurnStream;
  /** Turns that could not be recorded when their time came. */
  readonly aside: TurnStream;
  readonly store: TurnStore;
  readonly logger: Logger;
  readonly pollMs?: number | undefined;
  readonly deadAfterMs?: number | undefined;
  readonly onRecorded: (turns: readonly EndedTurn[]) => void;
  /** Run at each look, after it. */
  readonly makeSure: () => Promise<void>;
}

interface ConsumerState {
  isClosed: boolean;
  /** This consumer may have taken entries that it has not recorded: the next look begins with them. */
  hasOwn: boolean;
  isRedisAway: boolean;
  looks: number;
  /** Looks to leave out. */
  paused: number;
  backlog: number;
  /** When turns that were set aside are tried again by this process. */
  readonly retries: SetAside;
}

/** One look at a time; what fails is tried again at the next. */
export function createTurnConsumer(options: ConsumerOptions): TurnConsumer {
  const { stream, aside, pollMs = 200 } = options;
  const state: ConsumerState = {
    isClosed: false,
    hasOwn: false,
    isRedisAway: false,
    looks: 0,
    paused: 0,
    backlog: 0,
    retries: createSetAside(Date.now),
  };
  let looking: Promise<boolean> | undefined;
  let timer: NodeJS.Timeout | undefined;

  function runSoon(): Promise<boolean> {
    looking ??= look(options, state).finally(() => {
      looking = undefined;
    });
    return looking;
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
      await looking;
      await runSoon();
    },
    async close(timeoutMs) {
      state.isClosed = true;
      clearTimeout(timer);
      const deadline = Date.now() + timeoutMs;
      const drain = async () => {
        await looking;
        // Without Redis there is nothing to wait for: the next process finds the stream as it is.
        while (!(await runSoon()) && !state.isRedisAway && Date.now() < deadline) {
          await sleep(pollMs);
        }
      };
      await waitAtMost(drain(), timeoutMs);
      const leaving = Promise.allSettled([stream.leave(), aside.leave()]);
      await waitAtMost(leaving, Math.max(100, deadline - Date.now()));
    },
  };
}

/** True when it went well. */
async function look(options: ConsumerOptions, state: ConsumerState): Promise<boolean> {
  try {
    await consumeAll(options, state);
    await options.makeSure();
    state.backlog = 0;
    return true;
  } catch (err) {
    state.isRedisAway = err instanceof RedisUnavailable;
    if (!state.isRedisAway) {
      state.paused = PAUSED_LOOKS;
      options.logger.warn({ err }, "the record is away; turns wait in the stream");
    }
    await options.makeSure().catch(() => undefined);
    // While Redis is away the last figure stands.
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
  state.looks += 1;
  if (state.looks % LOOKS_A_CLAIM === 0) await consume(await stream.claim(batch, deadAfterMs));
  while ((await consume(await stream.take(batch))) === batch) state.backlog = await stream.length();
  state.hasOwn = false;
  if (state.looks % LOOKS_A_RETRY === 0) await retryAside(options, state);
}

/** @throws Error when the record took too few of them: the rest stays where it is */
async function recordEntries(
  entries: readonly StreamEntry[],
  options: ConsumerOptions,
  state: ConsumerState,
): Promise<void> {
  const { stream, store, logger, onRecorded } = options;
  if (entries.length === 0) return;
  const turns = entries.flatMap(({ turn }) => turn ?? []);
  const { aside, untried } = await recordBatch(store, turns);
  const causes = new Map(aside.map(({ turn, cause }) => [turn, cause]));
  const left = new Set(untried);
  const done: StreamEntry[] = [];
  for (const entry of entries) {
    const { turn } = entry;
    if (turn === undefined) {
      logger.error({ id: entry.id }, "an entry of the stream is no turn");
      await stream.refuse(entry);
    } else if (causes.has(turn)) {
      await setAside({ id: entry.id, turn, cause: causes.get(turn) }, options, state);
    } else if (!left.has(turn)) done.push(entry);
  }
  await stream.acknowledge(done.map(({ id }) => id));
  onRecorded(done.flatMap(({ turn }) => turn ?? []));
  if (untried.length > 0) throw new Error("the record takes too few turns now");
}

/** Takes a turn out of the way of the others. */
async function setAside(
  { id, ...one }: SetAsideTurn & { id: string },
  { stream, aside, logger }: ConsumerOptions,
  { retries }: ConsumerState,
): Promise<void> {
  const { turn, cause: err } = one;
  retries.add(one);
  logger.warn({ err, id: turn.entry.id }, "a turn is set aside and tried again; others go on");
  // Two steps, because the keys may be on two servers; a turn that is in both is recorded once.
  await aside.add(turn, { place: id, cause: String(err) });
  await stream.acknowledge([id]);
}

/** Tries turns again that any replica set aside, as many as one batch at a time. */
async function retryAside(options: ConsumerOptions, { retries }: ConsumerState): Promise<void> {
  const { aside, store, onRecorded } = options;
  const entries = [
    ...(await aside.take(store.batch)),
    ...(await aside.claim(store.batch, RETRY_IDLE_MS)),
  ];
  const due = entries.filter(({ turn }) => turn !== undefined && retries.isDue(turn));
  const turns = due.flatMap(({ turn }) => turn ?? []);
  const result = await recordBatch(store, turns);
  for (const one of result.aside) retries.add(one);
  const left = new Set([...result.aside.map(({ turn }) => turn), ...result.untried]);
  const done = due.filter(({ turn }) => turn !== undefined && !left.has(turn));
  await aside.acknowledge(done.map(({ id }) => id));
  const recorded = turns.filter((turn) => !left.has(turn));
  for (const { entry } of recorded) retries.remove(entry.id);
  onRecorded(recorded);
}
