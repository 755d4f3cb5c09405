import type { ChatMessage, ConversationKey } from "../history/types.ts";
import type { Clock } from "../operations/types.ts";
import type { EndedTurn } from "./types.ts";

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
