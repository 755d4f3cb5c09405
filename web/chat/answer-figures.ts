import type { ChatReply, ConversationUsage } from "../api/types.ts";

/** Usage, cost and savings of an answer. */
export interface AnswerFigures {
  readonly isHit: boolean;
  readonly usage: ChatReply["usage"];
  readonly cost: ChatReply["cost"];
  readonly saved: ChatReply["saved"];
  readonly totalMs: number;
  /** Only known for answers of this page visit. */
  readonly compared?: { readonly similarity: number | null; readonly threshold: number };
}

/** Figures of a new reply. */
export function figuresOfReply(reply: ChatReply): AnswerFigures {
  const { cache, usage, cost, saved, timings_ms: timings } = reply;
  const { similarity, threshold } = cache;
  const isHit = cache.status === "hit";
  return { isHit, usage, cost, saved, totalMs: timings.total, compared: { similarity, threshold } };
}

/** Figures of a past answer, from the ledger. */
export function figuresOfPast(answer: ConversationUsage["answers"][number]): AnswerFigures {
  const { cache, usage, cost, saved, total_ms: totalMs } = answer;
  return { isHit: cache.status === "hit", usage, cost, saved, totalMs };
}
