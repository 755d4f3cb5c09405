import type { Clock } from "../operations/types.ts";
import type { EndedTurn, SetAsideTurn } from "./types.ts";

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
