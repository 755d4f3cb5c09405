import type { RedisConnection } from "../redis/connection.ts";
import { redisKeys } from "../redis/redis-keys.ts";
import { ANSWERED_TTL_SECONDS, type AnsweredRequests } from "./answered-requests.ts";

/** Kept for all replicas: a string for each request, leased for a day. */
export function createRedisAnsweredRequests(connection: RedisConnection): AnsweredRequests {
  return {
    async find({ tenant, hash }) {
      const name = redisKeys.answeredRequest(tenant, hash);
      return (await connection.run((client) => client.get(name))) ?? undefined;
    },
    async note({ tenant, hash }, messageId) {
      const name = redisKeys.answeredRequest(tenant, hash);
      const expiration = { type: "EX", value: ANSWERED_TTL_SECONDS } as const;
      await connection.run((client) => client.set(name, messageId, { expiration }));
    },
  };
}
