import type { RedisConnection } from "../redis/connection.ts";
import { redisKeys } from "../redis/redis-keys.ts";
import { RANKING_LIMITS, type QuestionRankings, type RankingLimits } from "./question-rankings.ts";

/**
 * Rankings shared by all replicas: one sorted set per tenant by number of requests, one by savings
 * in nano-dollars. Sums are exact up to 2^53 (nine million dollars).
 */
export function createRedisQuestionRankings({
  connection,
  limits = RANKING_LIMITS,
}: {
  connection: RedisConnection;
  limits?: RankingLimits | undefined;
}): QuestionRankings {
  const { maxQuestions, ttlSeconds } = limits;
  return {
    async note({ tenant, question, savedNanoUsd }) {
      const additions: [key: string, score: number][] = [[redisKeys.mostAsked(tenant), 1]];
      if (savedNanoUsd > 0n) additions.push([redisKeys.mostSaved(tenant), Number(savedNanoUsd)]);
      await connection.run((client) => {
        const multi = client.multi();
        for (const [key, score] of additions) {
          multi.zIncrBy(key, score, question);
          multi.zRemRangeByRank(key, 0, -1 - maxQuestions);
          multi.expire(key, ttlSeconds);
        }
        return multi.execAsPipeline();
      });
    },
    async top({ tenant, limit }) {
      if (limit < 1) return { mostAsked: [], mostSaved: [] };
      const options = { REV: true } as const;
      const [asked, saved] = await connection.run((client) =>
        Promise.all([
          client.zRangeWithScores(redisKeys.mostAsked(tenant), 0, limit - 1, options),
          client.zRangeWithScores(redisKeys.mostSaved(tenant), 0, limit - 1, options),
        ]),
      );
      return {
        mostAsked: asked.map(({ value, score }) => ({ question: value, times: score })),
        mostSaved: saved.map(({ value, score }) => ({
          question: value,
          savedNanoUsd: BigInt(Math.round(score)),
        })),
      };
    },
    async close() {},
  };
}
