import type { ChatReply, ConversationUsage } from "../api/types.ts";

/** What an answer used, cost and saved. */
export interface AnswerFigures {
  readonly isHit: boolean;
  readonly usage: ChatReply["usage"];
  readonly cost: ChatReply["cost"];
  readonly saved: ChatReply["saved"];
  readonly totalMs: number;
  /** Only known while the page that asked is open. */
  readonly compared?: { readonly similarity: number | null; readonly threshold: number };
}

/** Of an answer that has just come. */
export function figuresOfReply(reply: ChatReply): AnswerFigures {
  const { cache, usage, cost, saved, timings_ms: timings } = reply;
  const { similarity, threshold } = cache;
  const isHit = cache.status === "hit";
  return { isHit, usage, cost, saved, totalMs: timings.total, compared: { similarity, threshold } };
}

/** Of an answer of the past, as the ledger has them. */
export function figuresOfPast(answer: ConversationUsage["answers"][number]): AnswerFigures {
  const { cache, usage, cost, saved, total_ms: totalMs } = answer;
  return { isHit: cache.status === "hit", usage, cost, saved, totalMs };
}
