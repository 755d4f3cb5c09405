import { normaliseQuestion } from "../cache/normalise-question.ts";
import type { ChatEvent } from "../chat/types.ts";
import type { AskedQuestion } from "./question-rankings.ts";

/** Longer questions are counted by their beginning, in UTF-16 units. */
const MAX_LENGTH = 500;

/**
 * The question of an ended answer as it is counted: only those that may be shared. What leans on its
 * conversation, and what kept out of the cache, is nobody else's concern.
 */
export function askedQuestion(tenant: string, last: ChatEvent): AskedQuestion | undefined {
  if (last.type !== "answer-end") return undefined;
  const { cache, cost } = last.reply;
  if (cache.status !== "hit" && cache.status !== "miss") return undefined;
  const question = normaliseQuestion(cache.question)
    .slice(0, MAX_LENGTH)
    .replace(/\p{Surrogate}/gu, "\uFFFD");
  return { tenant, question, savedNanoUsd: cache.status === "hit" ? cost.savedNanoUsd : 0n };
}
