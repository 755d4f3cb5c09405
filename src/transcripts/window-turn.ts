import type { ChatMessage, ConversationKey } from "../history/types.ts";
import type { EndedTurn } from "./types.ts";

/** What a turn puts into its conversation's window; undefined when it belongs to none. */
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
