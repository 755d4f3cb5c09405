import type { ChatHistory, ChatMessage, ConversationKey } from "../history/types.ts";
import type { Logger } from "../operations/logger.ts";
import { resumeSpilled } from "./resume-spilled.ts";
import type { SpilledTurns } from "./spilled-turns.ts";
import { createTurnQueue, type TurnQueueOptions } from "./turn-queue.ts";
import type { EndedTurn, TurnRecorder, TurnStore } from "./types.ts";
import type { Clock } from "../operations/types.ts";
import { setTimeout as sleep } from "node:timers/promises";
import { RepriseError } from "../errors.ts";

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
  onTurn,
}: {
  history: Pick<ChatHistory, "append">;
  store: TurnStore;
  logger: Logger;
  /** Undefined: turns that cannot be written before the process ends are lost. */
  spilled?: SpilledTurns | undefined;
  maxWaiting?: number | undefined;
  /** Called for each turn, before it is written. */
  onTurn?: ((turn: EndedTurn) => void) | undefined;
}): TurnRecorder {
  const queue = createTurnQueue({ store, onError: (failure) => reportFailure(logger, failure) });
  const resumed =
    spilled === undefined ? undefined : resumeSpilled({ spilled, queue, store, logger });
  return {
    async record(turn) {
      onTurn?.(turn);
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

/** The messages that a turn adds to its conversation's window; undefined without a conversation. */
export function windowTurn({ entry, text }: EndedTurn):
  | {
      key: ConversationKey;
      messages: readonly ChatMessage[];
      askedAt: number;
      owner: string | undefined;
      again: boolean | undefined;
    }
  | undefined {
  if (text === null || entry.conversationId === null) return undefined;
  return {
    key: { tenant: entry.tenant, conversationId: entry.conversationId },
    askedAt: text.askedAt,
    owner: text.owner,
    again: text.again,
    messages: [
      { role: "user", content: text.question },
      { role: "assistant", content: text.answer },
    ],
  };
}

/** Sequence numbers per millisecond. */
const STEPS = 1_000;

/** The sort order of a turn: its millisecond, then its sequence number within it. */
export function orderOf(milliseconds: number, number: number): number {
  return milliseconds * STEPS + Math.min(number, STEPS - 1);
}

/** Generates strictly increasing sort orders, in this process. */
export function createTurnOrder(now: Clock): () => number {
  let last = 0;
  return () => {
    last = Math.max(last + 1, orderOf(now(), 0));
    return last;
  };
}

/** Maximum wait for capacity and the interval of checks, in milliseconds. */
const WAIT_MS = 2_000;
const LOOK_MS = 50;
const RETRY_SECONDS = 5;

/**
 * Admits an answer while there is capacity for its turn. At the limit it waits briefly, so that
 * answers slow down to the rate of the database.
 *
 * @returns a function that throws RepriseError `not_ready` when there is still no capacity
 */
export function createAdmission(
  isFull: () => boolean,
  waitMs: number = WAIT_MS,
): () => Promise<void> {
  return async () => {
    const deadline = Date.now() + waitMs;
    while (isFull()) {
      if (Date.now() >= deadline) {
        const message =
          "Too many answers are waiting to be written to the database. Try again in a moment.";
        throw new RepriseError("not_ready", message, { retryAfterSeconds: RETRY_SECONDS });
      }
      await sleep(LOOK_MS);
    }
  };
}
