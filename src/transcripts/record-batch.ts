import type { EndedTurn, DeferredTurn, TurnStore } from "./types.ts";
import type { Clock } from "../operations/types.ts";

/**
 * Failed attempts after which the rest of a batch is postponed: before any part succeeded, and in
 * total.
 */
const FAILURES_WITHOUT_SUCCESS = 12;
const FAILURES = 40;

/** The outcome of a batch. Turns in neither list are in the database. */
export interface BatchResult {
  /** Turns that the database rejected individually, and turns that wait for a locked row. */
  readonly deferred: readonly DeferredTurn[];
  /** Turns not attempted individually, because too many others failed. */
  readonly untried: readonly EndedTurn[];
}

/**
 * Writes a batch. A part that fails is split in half, so that invalid turns are isolated in a few
 * steps and do not block the others.
 *
 * @throws the database's error when it is unavailable; the whole batch may be retried
 */
export async function recordBatch(
  store: TurnStore,
  turns: readonly EndedTurn[],
): Promise<BatchResult> {
  const deferred: DeferredTurn[] = [];
  const parts = turns.length === 0 ? [] : [turns];
  let failures = 0;
  let isTaking = false;
  while (failures < (isTaking ? FAILURES : FAILURES_WITHOUT_SUCCESS)) {
    const part = parts.pop();
    if (part === undefined) break;
    try {
      deferred.push(...(await store.record(part)));
      isTaking = true;
    } catch (error) {
      failures += 1;
      // Also throws if the database is unavailable.
      await store.missing(part.slice(0, 1));
      const [turn] = part;
      const middle = Math.ceil(part.length / 2);
      if (part.length > 1) parts.push(part.slice(middle), part.slice(0, middle));
      else if (turn !== undefined) deferred.push({ turn, cause: error });
    }
  }
  return { deferred, untried: parts.toReversed().flat() };
}

/** Delay before a retry, in milliseconds: doubled each time, up to the limit. */
const RETRY_MS = 250;
const RETRY_LIMIT_MS = 10_000;

/** Deferred turns, each with the time of its next attempt. */
export interface RetrySchedule {
  readonly size: number;
  /** Adds a turn or counts another failure. Returns true the first time. */
  add(turn: DeferredTurn): boolean;
  /** Turns that are due; at most `count`. */
  due(count: number): readonly EndedTurn[];
  /** Time of the next attempt, in milliseconds since the epoch. */
  nextAt(): number | undefined;
  /** True for a turn that is due, or not in this schedule. */
  isDue(turn: EndedTurn): boolean;
  remove(id: string): void;
  clear(): void;
  /** Makes all turns due now. */
  makeAllDue(): void;
  all(): readonly EndedTurn[];
}

export function createRetrySchedule(now: Clock): RetrySchedule {
  const turns = new Map<string, { turn: EndedTurn; attempts: number; dueAt: number }>();
  return {
    get size() {
      return turns.size;
    },
    add({ turn }) {
      const attempts = (turns.get(turn.entry.id)?.attempts ?? 0) + 1;
      const wait = Math.min(RETRY_MS * 2 ** (attempts - 1), RETRY_LIMIT_MS);
      turns.set(turn.entry.id, { turn, attempts, dueAt: now() + wait });
      return attempts === 1;
    },
    due(count) {
      const time = now();
      return [...turns.values()]
        .filter(({ dueAt }) => dueAt <= time)
        .slice(0, count)
        .map(({ turn }) => turn);
    },
    nextAt() {
      const times = [...turns.values()].map(({ dueAt }) => dueAt);
      return times.length === 0 ? undefined : Math.min(...times);
    },
    isDue: ({ entry }) => (turns.get(entry.id)?.dueAt ?? 0) <= now(),
    clear: () => turns.clear(),
    remove: (id) => void turns.delete(id),
    makeAllDue() {
      for (const each of turns.values()) each.dueAt = 0;
    },
    all: () => [...turns.values()].map(({ turn }) => turn),
  };
}
