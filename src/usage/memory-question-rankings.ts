import { LRUCache } from "lru-cache";
import type { Clock } from "../operations/types.ts";
import { RANKING_LIMITS, type QuestionRankings, type RankingLimits } from "./question-rankings.ts";

interface Ranking {
  readonly asked: Map<string, number>;
  readonly saved: Map<string, bigint>;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

/**
 * Question rankings in this process.
 *
 * @param maxTenants default 1,000; the tenant idle longest is dropped first
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

/** Ties are sorted by code unit, descending, as in Redis. */
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

/** Called after each addition, so at most one item has to be removed. */
function dropLowest<Score extends number | bigint>(scores: Map<string, Score>, most: number): void {
  if (scores.size <= most) return;
  let lowest: [string, Score] | undefined;
  for (const entry of scores) {
    if (lowest === undefined || compare(lowest, entry) < 0) lowest = entry;
  }
  if (lowest !== undefined) scores.delete(lowest[0]);
}
