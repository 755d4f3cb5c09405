import { z } from "zod";
import type { RedisConnection } from "../redis/connection.ts";
import { redisKeys } from "../redis/redis-keys.ts";
import { SERVED_TTL_SECONDS, type ServedAnswers } from "./types.ts";

const servedSchema = z.object({
  messageId: z.string(),
  conversationId: z.string().nullable(),
  owner: z.string().optional(),
  isHit: z.boolean(),
  question: z.string(),
  matchedQuestion: z.string().nullable(),
  similarity: z.number().nullable(),
  entry: z.object({ scope: z.string(), id: z.string(), createdAt: z.number() }).nullable(),
});

/** Served answers shared by all replicas: one string per message, with a TTL of a day. */
export function createRedisServedAnswers(connection: RedisConnection): ServedAnswers {
  return {
    async note(tenant, served) {
      const key = redisKeys.served(tenant, served.messageId);
      const expiration = { type: "EX", value: SERVED_TTL_SECONDS } as const;
      await connection.run((client) => client.set(key, JSON.stringify(served), { expiration }));
    },
    async find({ tenant, messageId }) {
      const text = await connection.run((client) =>
        client.get(redisKeys.served(tenant, messageId)),
      );
      if (text === null) return undefined;
      const parsed = servedSchema.safeParse(JSON.parse(text));
      return parsed.success ? parsed.data : undefined;
    },
    async close() {},
  };
}
