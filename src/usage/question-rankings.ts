import type { NanoUsd } from "./types.ts";
import { normaliseQuestion } from "../cache/normalise-question.ts";
import type { ChatEvent } from "../chat/types.ts";

/** A question as it is counted: its words in one spelling, whatever their case and spacing. */
export interface AskedQuestion {
  readonly tenant: string;
  readonly question: string;
  /** What a stored answer saved this time; nothing for a miss. */
  readonly savedNanoUsd: NanoUsd;
}

/** The heads of a tenant's lists, highest first. */
export interface TopQuestions {
  readonly mostAsked: readonly { readonly question: string; readonly times: number }[];
  readonly mostSaved: readonly { readonly question: string; readonly savedNanoUsd: NanoUsd }[];
}

/** Bounds of every list. */
export interface RankingLimits {
  /** Questions in each list of a tenant; the lowest go first. Default 1,000. */
  readonly maxQuestions: number;
  /** Lease after the last question of the tenant, in seconds. Default 7 days. */
  readonly ttlSeconds: number;
}

export const RANKING_LIMITS: RankingLimits = { maxQuestions: 1_000, ttlSeconds: 7 * 86_400 };

/** Which questions come most often, and which save most by being answered again. */
export interface QuestionRankings {
  note(asked: AskedQuestion): Promise<void>;
  /** At most `limit` of each list; empty for a tenant nobody asked in, or not for days. */
  top(query: { tenant: string; limit: number }): Promise<TopQuestions>;
  close(): Promise<void>;
}

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
