import { checkRewriting } from "../../src/chat/check-rewriting.ts";
import { recogniseFollowUp } from "../../src/chat/follow-up.ts";
import type { Lexicon } from "../../src/chat/follow-up/lexicon.ts";
import { keepsToItself } from "../../src/chat/keeps-to-itself.ts";
import type { ChatMessage } from "../../src/history/types.ts";

/** What a message is in its conversation. */
export interface Reading {
  readonly isFollowUp: boolean;
  /** What is looked up in the shared cache; undefined: the message is held back. */
  readonly sharedQuestion: string | undefined;
}

/**
 * Reads a message as a turn does.
 *
 * @param rewriting what a model would make of a follow-up; without it there is no such model
 */
export type ReadMessage = (
  message: string,
  history: readonly ChatMessage[],
  rewriting?: string,
) => Reading;

/** The rules of `chat/resolve-question.ts` with the model's part given. */
export function createReadMessage(lexicons: readonly Lexicon[]): ReadMessage {
  const shared = (question: string) =>
    keepsToItself(question, lexicons) === undefined ? question : undefined;
  return (message, history, rewriting) => {
    const isFollowUp = recogniseFollowUp(message, history, lexicons).kind === "follow-up";
    if (!isFollowUp || shared(message) === undefined) {
      return { isFollowUp, sharedQuestion: isFollowUp ? undefined : shared(message) };
    }
    if (rewriting === undefined) return { isFollowUp, sharedQuestion: undefined };
    const verdict = checkRewriting(rewriting, { message, history, lexicons });
    const taken = verdict.kind === "accepted" ? shared(verdict.question) : undefined;
    return { isFollowUp, sharedQuestion: taken };
  };
}
