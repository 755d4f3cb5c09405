import type { ChatHistory } from "../history/types.ts";
import type { Logger } from "../operations/logger.ts";
import { createTurnQueue } from "./turn-queue.ts";
import { windowTurn } from "./window-turn.ts";
import type { TurnRecorder, TurnStore } from "./types.ts";

const SETTLE_MS = 1_000;
const CLOSE_MS = 10_000;

/** Writes turns from this process straight into the record, in batches. */
export function createDirectRecorder({
  history,
  store,
  logger,
}: {
  history: Pick<ChatHistory, "append">;
  store: TurnStore;
  logger: Logger;
}): TurnRecorder {
  const queue = createTurnQueue({ store, onTrouble: (trouble) => reportTrouble(logger, trouble) });
  return {
    async record(turn) {
      const window = windowTurn(turn);
      try {
        queue.add(turn);
      } finally {
        if (window !== undefined) {
          await history.append(window.key, window.messages, window.askedAt);
        }
      }
    },
    settle: () => queue.settle(SETTLE_MS),
    async close() {
      const lost = await queue.close(CLOSE_MS);
      if (lost > 0) logger.error({ lost }, "turns did not get into the record");
    },
  };
}

/** Says what happened to turns on their way, without their texts. */
export function reportTrouble(
  logger: Logger,
  trouble: { error: unknown; refused?: { turn: { entry: { id: string } } }; waiting: number },
): void {
  const { error: err, refused, waiting } = trouble;
  if (refused === undefined) logger.warn({ err, waiting }, "the record is away; turns wait");
  else logger.error({ err, id: refused.turn.entry.id }, "the record refuses a turn");
}
