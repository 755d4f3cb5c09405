import { sql } from "kysely";
import type { IdempotencyClaim, IdempotencyStore, MessageClaim } from "../idempotency/types.ts";
import type { Records } from "./tables.ts";
import { databaseTime } from "./dialect.ts";

/**
 * Idempotency keys in the database. A reply is not kept when its conversation was erased after the
 * key was claimed.
 */
export function createSqlIdempotency(records: Records): IdempotencyStore {
  const time = databaseTime(records);
  return {
    async claim(claim) {
      for (;;) {
        const held = (await find(records, claim)) ?? (await take(records, claim));
        // Undefined: the key was released between the two statements.
        if (held !== undefined) return held;
      }
    },

    async renew({ tenant, key, messageId, leaseMs }) {
      const { numUpdatedRows } = await records
        .updateTable("idempotency_keys")
        .set({ expires_at: sql<number>`${time} + ${leaseMs}` })
        .where("tenant", "=", tenant)
        .where("key", "=", key)
        .where("message_id", "=", messageId)
        .where("reply", "is", null)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },

    async answer({ tenant, key, messageId, conversationId, reply, keepMs }) {
      const kept = await records
        .updateTable("idempotency_keys")
        .set({
          reply,
          conversation_id: conversationId,
          expires_at: sql<number>`${time} + ${keepMs}`,
        })
        .where("tenant", "=", tenant)
        .where("key", "=", key)
        .where("message_id", "=", messageId)
        .where((each) =>
          each.not(
            each.exists(
              each
                .selectFrom("conversations")
                .select("conversations.id")
                .where("conversations.tenant", "=", tenant)
                .where("conversations.id", "=", conversationId)
                .whereRef("conversations.erased_at", ">=", "idempotency_keys.created_at"),
            ),
          ),
        )
        .executeTakeFirst();
      if (kept.numUpdatedRows === 0n) await release(records, { tenant, key, messageId });
    },

    release: (claim) => release(records, claim),
  };
}

async function release(records: Records, { tenant, key, messageId }: MessageClaim): Promise<void> {
  await records
    .deleteFrom("idempotency_keys")
    .where("tenant", "=", tenant)
    .where("key", "=", key)
    .where("message_id", "=", messageId)
    .where("reply", "is", null)
    .execute();
}

/** The state of a key that is held; undefined if it is free or has expired. Locks nothing, so it may be polled. */
async function find(
  records: Records,
  { tenant, key, bodyHash }: Parameters<IdempotencyStore["claim"]>[0],
): Promise<IdempotencyClaim | undefined> {
  const found = await records
    .selectFrom("idempotency_keys")
    .select(["body_hash", "message_id", "reply"])
    .where("tenant", "=", tenant)
    .where("key", "=", key)
    .where("expires_at", ">", databaseTime(records))
    .executeTakeFirst();
  if (found === undefined) return undefined;
  if (found.body_hash !== bodyHash) return { kind: "other-body" };
  if (found.reply === null) return { kind: "under-way", messageId: found.message_id };
  return { kind: "answered", reply: found.reply };
}

/** Claims a free or expired key in one statement; undefined if another request was first. */
async function take(
  records: Records,
  { tenant, key, bodyHash, messageId, now, leaseMs }: Parameters<IdempotencyStore["claim"]>[0],
): Promise<IdempotencyClaim | undefined> {
  const time = databaseTime(records);
  const claim = {
    body_hash: bodyHash,
    message_id: messageId,
    conversation_id: null,
    reply: null,
    created_at: now,
    expires_at: sql<number>`${time} + ${leaseMs}`,
  };
  const taken = await records
    .insertInto("idempotency_keys")
    .values({ tenant, key, ...claim })
    .onConflict((conflict) =>
      conflict
        .columns(["tenant", "key"])
        .doUpdateSet(claim)
        .where("idempotency_keys.expires_at", "<=", time),
    )
    .returning("message_id")
    .executeTakeFirst();
  return taken === undefined ? undefined : { kind: "claimed" };
}
