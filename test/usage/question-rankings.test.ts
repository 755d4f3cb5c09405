import { describe } from "vitest";
import { createMemoryQuestionRankings } from "../../src/usage/question-rankings.ts";
import { createRedisQuestionRankings } from "../../src/usage/redis-question-rankings.ts";
import { describeQuestionRankings } from "../contracts/question-rankings.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { openRedis, realTime, sharedRedisUrl } from "../support/redis.ts";

describeQuestionRankings("memory", async (limits) => {
  const time = createFakeClock();
  return { rankings: createMemoryQuestionRankings({ now: time.now, limits }), time };
});

describe.skipIf(sharedRedisUrl === undefined)("in Redis", () => {
  describeQuestionRankings("Redis", async (limits) => {
    const connection = await openRedis(sharedRedisUrl ?? "");
    return { rankings: createRedisQuestionRankings({ connection, limits }), time: realTime };
  });
});
