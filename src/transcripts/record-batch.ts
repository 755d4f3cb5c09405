import type { EndedTurn, SetAsideTurn, TurnStore } from "./types.ts";
import type { Clock } from "../operations/types.ts";

/** Failures after which the rest of a batch is left for later: while nothing was taken, and at all. */
const FAILURES_WITHOUT_SUCCESS = 12;
const FAILURES = 40;

/** What became of a batch; what is in neither list is recorded. */
export interface BatchResult {
  /** Turns that the record did not take by themselves, and those that wait for a locked row. */
  readonly aside: readonly SetAsideTurn[];
  /** Turns that were not tried by themselves: the record took too few of the others. */
  readonly untried: readonly EndedTurn[];
}

/**
 * Records a batch. A part that fails is halved, so that turns which cannot be recorded are found in a few
 * steps and hold up no others.
 *
 * @throws what the record threw when it is away: all turns may be given to it once more
 */
export async function recordBatch(
  store: TurnStore,
  turns: readonly EndedTurn[],
): Promise<BatchResult> {
  const aside: SetAsideTurn[] = [];
  const parts = turns.length === 0 ? [] : [turns];
  let failures = 0;
  let isTaking = false;
  while (failures < (isTaking ? FAILURES : FAILURES_WITHOUT_SUCCESS)) {
    const part = parts.pop();
    if (part === undefined) break;
    try {
      aside.push(...(await store.record(part)));
      isTaking = true;
    } catch (error) {
      failures += 1;
      // Throws as well where the record is away.
      await store.missing(part.slice(0, 1));
      const [turn] = part;
      const middle = Math.ceil(part.length / 2);
      if (part.length > 1) parts.push(part.slice(middle), part.slice(0, middle));
      else if (turn !== undefined) aside.push({ turn, cause: error });
    }
  }
  return { aside, untried: parts.toReversed().flat() };
}

/** Wait before the next attempt, in milliseconds: doubled each time, up to the limit. */
const RETRY_MS = 250;
const RETRY_LIMIT_MS = 10_000;

/** Turns that could not be recorded, each with the time of its next attempt. */
export interface SetAside {
  readonly size: number;
  /** Adds one, or notes that it failed again. True the first time. */
  add(turn: SetAsideTurn): boolean;
  /** Those whose time has come; at most `count`. */
  due(count: number): readonly EndedTurn[];
  /** When the next one is due, in milliseconds since the epoch. */
  nextAt(): number | undefined;
  /** True for one whose time has come, and for one that is not known here. */
  isDue(turn: EndedTurn): boolean;
  remove(id: string): void;
  clear(): void;
  /** Makes all of them due. */
  hurry(): void;
  all(): readonly EndedTurn[];
}

export function createSetAside(now: Clock): SetAside {
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
    hurry() {
      for (const each of turns.values()) each.dueAt = 0;
    },
    all: () => [...turns.values()].map(({ turn }) => turn),
  };
}
