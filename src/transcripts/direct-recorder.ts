import type { ChatHistory } from "../history/types.ts";
import type { Logger } from "../operations/logger.ts";
import { resumeSpilled } from "./resume-spilled.ts";
import type { SpilledTurns } from "./spilled-turns.ts";
import { createAdmission } from "./turn-admission.ts";
import { createTurnQueue, type TurnQueueOptions } from "./turn-queue.ts";
import type { EndedTurn, TurnRecorder, TurnStore } from "./types.ts";
import { windowTurn } from "./ended-turn.ts";

/** Longest that a read waits for the record. */
const SETTLE_MS = 500;
const CLOSE_MS = 10_000;
/** Turns that may wait in this process; further answers do not begin. */
export const MAX_WAITING = 10_000;

/** Writes turns from this process straight into the record, in batches. */
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
  /** Undefined: what cannot be recorded before the process ends is lost. */
  spilled?: SpilledTurns | undefined;
  maxWaiting?: number | undefined;
}): TurnRecorder {
  const queue = createTurnQueue({ store, onTrouble: (trouble) => reportTrouble(logger, trouble) });
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

/** Keeps turns for the next process; where that fails too they are lost, and the log says so. */
export async function spill(
  turns: readonly EndedTurn[],
  spilled: SpilledTurns | undefined,
  logger: Logger,
): Promise<void> {
  if (turns.length === 0) return;
  try {
    if (spilled === undefined) throw new Error("the database is in memory");
    await spilled.save(turns);
    logger.warn({ turns: turns.length }, "turns wait in a file for the next start");
  } catch (err) {
    logger.error({ err, lost: turns.length }, "turns did not get into the record");
  }
}

/** Says what happened to turns on their way, without their texts. */
export function reportTrouble(
  logger: Logger,
  { error: err, aside, waiting }: Parameters<TurnQueueOptions["onTrouble"]>[0],
): void {
  if (aside === undefined) {
    logger.warn({ err, waiting }, "turns cannot be recorded now; they wait and are tried again");
    return;
  }
  const { id } = aside.turn.entry;
  logger.warn({ err, id }, "a turn is set aside and tried again; others go on");
}
