import type { AnswerEntry } from "./types.ts";

/** Of an answer that no model call made: it spares none that is known. */
export function noUsage(model: string): AnswerEntry["usage"] {
  const none = { promptTokens: 0, completionTokens: 0, totalTokens: 0, cachedPromptTokens: 0 };
  return { model, ...none, embeddingTokens: 0, estimated: false };
}
