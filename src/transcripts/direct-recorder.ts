import type { ChatHistory } from "../history/types.ts";
import type { Logger } from "../operations/logger.ts";
import { resumeSpilled } from "./resume-spilled.ts";
import type { SpilledTurns } from "./spilled-turns.ts";
import { createAdmission } from "./turn-admission.ts";
import { createTurnQueue, type TurnQueueOptions } from "./turn-queue.ts";
import type { EndedTurn, TurnRecorder, TurnStore } from "./types.ts";
import { windowTurn } from "./ended-turn.ts";

/** Maximum time a read waits for pending turns, in milliseconds. */
const SETTLE_MS = 500;
const CLOSE_MS = 10_000;
/** Maximum turns queued in this process. When it is reached, no new answers start. */
export const MAX_WAITING = 10_000;

/** Writes turns from this process to the database, in batches. */
export function createDirectRecorder({
  history,
  store,
  logger,
  spilled,
  maxWaiting = MAX_WAITING,
}: {
  history: Pick<ChatHistory, "append">;
  store: TurnStore;
  logger: Logger;
  /** Undefined: turns that cannot be written before the process ends are lost. */
  spilled?: SpilledTurns | undefined;
  maxWaiting?: number | undefined;
}): TurnRecorder {
  const queue = createTurnQueue({ store, onError: (failure) => reportFailure(logger, failure) });
  const resumed =
    spilled === undefined ? undefined : resumeSpilled({ spilled, queue, store, logger });
  return {
    async record(turn) {
      const window = windowTurn(turn);
      try {
        if (queue.isClosed) await spill([turn], spilled, logger);
        else queue.add(turn);
      } finally {
        if (window !== undefined) {
          const { key, messages, ...said } = window;
          await history.append(key, messages, said);
        }
      }
    },
    admit: createAdmission(() => queue.size >= maxWaiting),
    settle: (tenant) => queue.settle(SETTLE_MS, tenant),
    async close(timeoutMs = CLOSE_MS) {
      resumed?.close();
      const left = await queue.close(timeoutMs);
      await spill(left, spilled, logger);
    },
  };
}

/** Saves turns for the next process. If that fails, they are lost, and the log reports how many. */
export async function spill(
  turns: readonly EndedTurn[],
  spilled: SpilledTurns | undefined,
  logger: Logger,
): Promise<void> {
  if (turns.length === 0) return;
  try {
    if (spilled === undefined)
      throw new Error("no folder to save turns in: the database is in memory");
    await spilled.save(turns);
    logger.warn(
      { turns: turns.length },
      "turns not written to the database; saved to a file for the next start",
    );
  } catch (err) {
    logger.error(
      { err, lost: turns.length },
      "turns lost: they were written neither to the database nor to a file",
    );
  }
}

/** Logs why turns were not written, without their texts. */
export function reportFailure(
  logger: Logger,
  { error: err, deferred, waiting }: Parameters<TurnQueueOptions["onError"]>[0],
): void {
  if (deferred === undefined) {
    logger.warn({ err, waiting }, "turns not written to the database; retrying");
    return;
  }
  const { id } = deferred.turn.entry;
  logger.warn({ err, id }, "a turn could not be written; it is retried separately");
}
