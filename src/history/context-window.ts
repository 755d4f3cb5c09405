import type { ChatMessage } from "./types.ts";

/** The last `maxMessages` of a conversation, oldest first. */
export function trimWindow(
  messages: readonly ChatMessage[],
  maxMessages: number,
): readonly ChatMessage[] {
  return messages.slice(Math.max(0, messages.length - maxMessages));
}

/**
 * A window as a prompt may hold it: trimming can cut a turn in two, and an answer whose question is
 * gone would mislead the model, so answers before the first question are left out.
 */
export function promptWindow(window: readonly ChatMessage[]): readonly ChatMessage[] {
  const firstQuestion = window.findIndex(({ role }) => role === "user");
  const asked = firstQuestion === -1 ? window.length : firstQuestion;
  return window.filter(({ role }, index) => index >= asked || role !== "assistant");
}
