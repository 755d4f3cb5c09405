import type { NanoUsd } from "./types.ts";

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
