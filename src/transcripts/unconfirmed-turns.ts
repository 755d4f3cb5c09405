import type { Logger } from "../operations/logger.ts";
import type { Clock } from "../operations/types.ts";
import type { TurnStream } from "./redis-turn-stream.ts";
import type { EndedTurn, TurnStore } from "./types.ts";

/** Maximum unconfirmed turns kept in memory; the oldest is dropped first. */
const MAX_TURNS = 10_000;

/**
 * Turns that this process added to the stream and that are not confirmed to be in the database.
 * Redis may lose them.
 */
export interface UnconfirmedTurns {
  /** @param streamId id of the turn's stream entry */
  keep(turn: EndedTurn, streamId: string): void;
  forget(turns: readonly EndedTurn[]): void;
  /**
   * Takes the tenant's unconfirmed turns of now, and returns a check whether they are in the
   * database.
   */
  begin(tenant: string): () => Promise<boolean>;
  /**
   * Finds turns that left the stream but are missing from the database, and reports them to
   * `onLost`.
   */
  recheck(olderThanMs: number): Promise<void>;
}

/** @param onLost receives each turn that Redis lost */
export function createUnconfirmedTurns({
  stream,
  store,
  now,
  logger,
  onLost,
}: {
  stream: Pick<TurnStream, "ends">;
  store: Pick<TurnStore, "missing">;
  now: Clock;
  logger: Logger;
  onLost: (turn: EndedTurn) => void;
}): UnconfirmedTurns {
  const unconfirmed = new Map<string, { turn: EndedTurn; streamId: string; since: number }>();
  return {
    keep(turn, streamId) {
      unconfirmed.set(turn.entry.id, { turn, streamId, since: now() });
      const oldest = unconfirmed.size > MAX_TURNS ? unconfirmed.keys().next().value : undefined;
      if (oldest !== undefined) unconfirmed.delete(oldest);
    },
    forget(turns) {
      for (const { entry } of turns) unconfirmed.delete(entry.id);
    },
    begin(tenant) {
      const turns = [...unconfirmed.values()].flatMap(({ turn }) =>
        turn.entry.tenant === tenant ? turn : [],
      );
      return async () => {
        const open = turns.filter(({ entry }) => unconfirmed.has(entry.id));
        return open.length === 0 || (await store.missing(open)).length === 0;
      };
    },
    async recheck(olderThanMs) {
      const old = [...unconfirmed.values()].filter(({ since }) => since <= now() - olderThanMs);
      if (old.length === 0) return;
      // A turn in the stream is not lost. Without Redis this is unknown, and all old turns are
      // checked in the database.
      const ends = await stream.ends().catch(() => undefined);
      const first = ends?.first;
      const turns = old
        .filter(({ streamId }) => first === undefined || isBefore(streamId, first))
        .map(({ turn }) => turn);
      if (turns.length === 0) return;
      const missing = await store.missing(turns);
      for (const turn of missing) onLost(turn);
      for (const { entry } of turns) unconfirmed.delete(entry.id);
      if (missing.length > 0)
        logger.warn(
          { turns: missing.length },
          "Redis lost turns before they were in the database; they are written again",
        );
    },
  };
}

/** Stream ids are `milliseconds-sequence`. */
function isBefore(a: string, b: string): boolean {
  const [timeA = 0, numberA = 0] = a.split("-").map(Number);
  const [timeB = 0, numberB = 0] = b.split("-").map(Number);
  return timeA === timeB ? numberA < numberB : timeA < timeB;
}
