import type { NanoUsd } from "./types.ts";
import { LRUCache } from "lru-cache";
import type { Clock } from "../operations/types.ts";

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

interface Ranking {
  readonly asked: Map<string, number>;
  readonly saved: Map<string, bigint>;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

/**
 * Rankings in this process.
 *
 * @param maxTenants default 1,000; the one idle longest is forgotten first
 */
export function createMemoryQuestionRankings({
  now,
  limits = RANKING_LIMITS,
  maxTenants = 1_000,
}: {
  now: Clock;
  limits?: RankingLimits | undefined;
  maxTenants?: number | undefined;
}): QuestionRankings {
  const tenants = new LRUCache<string, Ranking>({ max: maxTenants });

  function find(tenant: string): Ranking | undefined {
    const ranking = tenants.get(tenant);
    return ranking !== undefined && ranking.expiresAt > now() ? ranking : undefined;
  }

  return {
    async note({ tenant, question, savedNanoUsd }) {
      const ranking = find(tenant) ?? { asked: new Map(), saved: new Map(), expiresAt: 0 };
      ranking.asked.set(question, (ranking.asked.get(question) ?? 0) + 1);
      dropLowest(ranking.asked, limits.maxQuestions);
      if (savedNanoUsd > 0n) {
        ranking.saved.set(question, (ranking.saved.get(question) ?? 0n) + savedNanoUsd);
        dropLowest(ranking.saved, limits.maxQuestions);
      }
      ranking.expiresAt = now() + limits.ttlSeconds * 1000;
      tenants.set(tenant, ranking);
    },
    async top({ tenant, limit }) {
      const ranking = find(tenant);
      const mostAsked = highest(ranking?.asked, limit);
      const mostSaved = highest(ranking?.saved, limit);
      return {
        mostAsked: mostAsked.map(([question, times]) => ({ question, times })),
        mostSaved: mostSaved.map(([question, savedNanoUsd]) => ({ question, savedNanoUsd })),
      };
    },
    async close() {
      tenants.clear();
    },
  };
}

/** Equal scores: the one that comes later in the order of code units is first, as in Redis. */
function highest<Score extends number | bigint>(
  scores: ReadonlyMap<string, Score> | undefined,
  limit: number,
): [string, Score][] {
  return [...(scores ?? [])].sort(compare).slice(0, limit);
}

function compare<Score extends number | bigint>(
  [one, oneScore]: [string, Score],
  [other, otherScore]: [string, Score],
): number {
  if (oneScore !== otherScore) return oneScore > otherScore ? -1 : 1;
  return one > other ? -1 : 1;
}

/** Called after each addition: at most one is too many. */
function dropLowest<Score extends number | bigint>(scores: Map<string, Score>, most: number): void {
  if (scores.size <= most) return;
  let lowest: [string, Score] | undefined;
  for (const entry of scores) {
    if (lowest === undefined || compare(lowest, entry) < 0) lowest = entry;
  }
  if (lowest !== undefined) scores.delete(lowest[0]);
}
