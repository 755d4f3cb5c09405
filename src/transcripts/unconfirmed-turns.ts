import type { Logger } from "../operations/logger.ts";
import type { Clock } from "../operations/types.ts";
import type { TurnStream } from "./redis-turn-stream.ts";
import type { EndedTurn, TurnStore } from "./types.ts";

/** Turns of this process that are kept in mind until they are known to be in the record. */
const MAX_TURNS = 10_000;

/** Turns that this process gave to Redis, which may lose them. */
export interface UnsureTurns {
  /** @param streamId where the turn is in the stream */
  keep(turn: EndedTurn, streamId: string): void;
  forget(turns: readonly EndedTurn[]): void;
  /** Gives a question to ask later: whether the tenant's turns that are in mind now are in the record. */
  begin(tenant: string): () => Promise<boolean>;
  /** Finds those that left the stream and are not in the record although they had the time to get there. */
  makeSure(olderThanMs: number): Promise<void>;
}

/** @param onLost takes a turn that Redis lost */
export function createUnsureTurns({
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
}): UnsureTurns {
  const unsure = new Map<string, { turn: EndedTurn; streamId: string; since: number }>();
  return {
    keep(turn, streamId) {
      unsure.set(turn.entry.id, { turn, streamId, since: now() });
      const oldest = unsure.size > MAX_TURNS ? unsure.keys().next().value : undefined;
      if (oldest !== undefined) unsure.delete(oldest);
    },
    forget(turns) {
      for (const { entry } of turns) unsure.delete(entry.id);
    },
    begin(tenant) {
      const turns = [...unsure.values()].flatMap(({ turn }) =>
        turn.entry.tenant === tenant ? turn : [],
      );
      return async () => {
        const open = turns.filter(({ entry }) => unsure.has(entry.id));
        return open.length === 0 || (await store.missing(open)).length === 0;
      };
    },
    async makeSure(olderThanMs) {
      const old = [...unsure.values()].filter(({ since }) => since <= now() - olderThanMs);
      if (old.length === 0) return;
      // What is still in the stream is not lost. Without Redis that cannot be told, and is not waited for.
      const ends = await stream.ends().catch(() => undefined);
      const first = ends?.first;
      const turns = old
        .filter(({ streamId }) => first === undefined || isBefore(streamId, first))
        .map(({ turn }) => turn);
      if (turns.length === 0) return;
      const missing = await store.missing(turns);
      for (const turn of missing) onLost(turn);
      for (const { entry } of turns) unsure.delete(entry.id);
      if (missing.length > 0) logger.warn({ turns: missing.length }, "turns were written again");
    },
  };
}

/** Ids of a stream are a time and a number. */
function isBefore(a: string, b: string): boolean {
  const [timeA = 0, numberA = 0] = a.split("-").map(Number);
  const [timeB = 0, numberB = 0] = b.split("-").map(Number);
  return timeA === timeB ? numberA < numberB : timeA < timeB;
}
