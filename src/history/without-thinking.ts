import { splitThinking } from "../models/split-thinking.ts";
import { mayHoldThinking } from "../models/thinking-marks.ts";
import type { ChatMessage } from "./types.ts";

/**
 * A conversation without what the model thought before its answers: clients and other programs write that
 * into the messages that they give back.
 */
export function withoutThinking(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  const isMeant = ({ role, content }: ChatMessage) =>
    role === "assistant" && mayHoldThinking(content);
  if (!messages.some(isMeant)) return messages;
  return messages.map((message) =>
    isMeant(message) ? { ...message, content: splitThinking(message.content).text } : message,
  );
}
