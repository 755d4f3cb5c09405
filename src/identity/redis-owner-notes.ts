import type { RedisConnection } from "../redis/connection.ts";
import { noteTtlSeconds } from "../redis/history-scripts.ts";
import { redisKeys } from "../redis/redis-keys.ts";
import { decodeNote, encodeNote, type OwnerNotes } from "./owner-notes.ts";

/**
 * Owner notes shared by all replicas: one string per window. Its TTL is renewed by each turn
 * (`history-scripts.ts`).
 */
export function createRedisOwnerNotes({
  connection,
  windowTtlSeconds,
}: {
  connection: RedisConnection;
  windowTtlSeconds: number;
}): OwnerNotes {
  const expiration = { type: "EX", value: noteTtlSeconds(windowTtlSeconds) } as const;
  return {
    async claim({ tenant, conversationId }, owner) {
      const name = redisKeys.windowOwner(tenant, conversationId);
      const own = encodeNote({ owner, isSettled: false });
      const before = await connection.run((client) =>
        client.set(name, own, { condition: "NX", GET: true, expiration }),
      );
      return decodeNote(before ?? own);
    },
    async find({ tenant, conversationId }) {
      const name = redisKeys.windowOwner(tenant, conversationId);
      const note = await connection.run((client) => client.get(name));
      return note === null ? undefined : decodeNote(note);
    },
    async settle({ tenant, conversationId }, owner) {
      const name = redisKeys.windowOwner(tenant, conversationId);
      const note = encodeNote({ owner, isSettled: true });
      await connection.run((client) => client.set(name, note, { expiration }));
    },
  };
}
