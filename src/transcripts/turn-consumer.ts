import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "../operations/logger.ts";
import { RedisUnavailable } from "../redis/connection.ts";
import { recordBatch } from "./record-batch.ts";
import type { StreamEntry, TurnStream } from "./redis-turn-stream.ts";
import type { EndedTurn, TurnStore } from "./types.ts";

/** Entries recorded together. */
const BATCH = 500;
/** Looks after which the stream is searched for what dead consumers left. */
const LOOKS_A_CLAIM = 25;
/** Looks that are left out after the record failed. */
const PAUSED_LOOKS = 5;

/** Brings what is in the stream into the record, again and again. */
export interface TurnConsumer {
  /** Looks now, and resolves when what it found is in the record or the look failed. */
  runSoon(): Promise<void>;
  /** Goes on until nothing is left, for `timeoutMs` at most. */
  close(timeoutMs: number): Promise<void>;
}

interface ConsumerOptions {
  readonly stream: TurnStream;
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
  looks: number;
  /** Looks to leave out. */
  paused: number;
}

/** One look at a time; what fails is tried again at the next. */
export function createTurnConsumer(options: ConsumerOptions): TurnConsumer {
  const { stream, pollMs = 200 } = options;
  const state: ConsumerState = { isClosed: false, hasOwn: false, looks: 0, paused: 0 };
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
    async runSoon() {
      await looking;
      await runSoon();
    },
    async close(timeoutMs) {
      state.isClosed = true;
      clearTimeout(timer);
      const deadline = Date.now() + timeoutMs;
      await looking;
      while (!(await runSoon()) && Date.now() < deadline) await sleep(pollMs);
      await stream.leave().catch(() => undefined);
    },
  };
}

/** True when it went well. */
async function look(options: ConsumerOptions, state: ConsumerState): Promise<boolean> {
  try {
    await consumeAll(options, state);
    await options.makeSure();
    return true;
  } catch (err) {
    if (!(err instanceof RedisUnavailable)) {
      state.paused = PAUSED_LOOKS;
      options.logger.warn({ err }, "the record is away; turns wait in the stream");
    }
    await options.makeSure().catch(() => undefined);
    return false;
  }
}

async function consumeAll(options: ConsumerOptions, state: ConsumerState): Promise<void> {
  const { stream, deadAfterMs = 15_000 } = options;
  const consume = async (entries: readonly StreamEntry[]) => {
    state.hasOwn ||= entries.length > 0;
    await recordEntries(entries, options);
    return entries.length;
  };
  if (state.hasOwn) while ((await consume(await stream.takeOwn(BATCH))) === BATCH);
  state.looks += 1;
  if (state.looks % LOOKS_A_CLAIM === 0) await consume(await stream.claim(BATCH, deadAfterMs));
  while ((await consume(await stream.take(BATCH))) === BATCH);
  state.hasOwn = false;
}

async function recordEntries(
  entries: readonly StreamEntry[],
  { stream, store, logger, onRecorded }: ConsumerOptions,
): Promise<void> {
  if (entries.length === 0) return;
  const turns = entries.flatMap(({ turn }) => (turn === undefined ? [] : [turn]));
  const refused = new Map(
    (await recordBatch(store, turns)).map(({ turn, error }) => [turn.entry.id, error]),
  );
  for (const entry of entries) {
    const id = entry.turn?.entry.id;
    if (id !== undefined && !refused.has(id)) continue;
    const err = id === undefined ? new Error("it is no turn") : refused.get(id);
    logger.error({ err, id: id ?? entry.id }, "the record refuses a turn");
    await stream.refuse(entry);
  }
  await stream.acknowledge(entries.map(({ id }) => id));
  onRecorded(turns);
}
