import type { NanoUsd } from "./types.ts";
import { normaliseQuestion } from "../cache/normalise-question.ts";
import type { ChatEvent } from "../chat/types.ts";

/** A question to count, normalised in case, spelling and spacing. */
export interface AskedQuestion {
  readonly tenant: string;
  readonly question: string;
  /** Savings of this hit; 0 for a miss. */
  readonly savedNanoUsd: NanoUsd;
}

/** The top of a tenant's rankings, highest first. */
export interface TopQuestions {
  readonly mostAsked: readonly { readonly question: string; readonly times: number }[];
  readonly mostSaved: readonly { readonly question: string; readonly savedNanoUsd: NanoUsd }[];
}

/** Limits of each ranking. */
export interface RankingLimits {
  /** Maximum questions per ranking and tenant; the lowest are dropped first. Default 1,000. */
  readonly maxQuestions: number;
  /** TTL after the tenant's last question, in seconds. Default 7 days. */
  readonly ttlSeconds: number;
}

export const RANKING_LIMITS: RankingLimits = { maxQuestions: 1_000, ttlSeconds: 7 * 86_400 };

/** Rankings of the most asked questions, and of those whose hits saved most. */
export interface QuestionRankings {
  note(asked: AskedQuestion): Promise<void>;
  /** At most `limit` per ranking; empty for a tenant without recent questions. */
  top(query: { tenant: string; limit: number }): Promise<TopQuestions>;
  close(): Promise<void>;
}

/** Longer questions are cut to this length, in UTF-16 units. */
const MAX_LENGTH = 500;

/**
 * The question of a finished answer, for the rankings. Only hits and misses are counted: other
 * questions depend on their conversation or were kept out of the cache, and must not be shown to
 * others.
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
