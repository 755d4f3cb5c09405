import type { IdempotencyClaim, IdempotencyStore } from "../idempotency/types.ts";
import type { Records } from "./tables.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Idempotency keys in the database. A reply is not kept when its conversation was erased after the
 * key was claimed.
 */
export function createSqlIdempotency(records: Records): IdempotencyStore {
  return {
    claim: (claim) => records.transaction().execute((transaction) => take(transaction, claim)),

    async answer({ tenant, key, messageId, conversationId, reply, now }) {
      const kept = await records
        .updateTable("idempotency_keys")
        .set({ reply, conversation_id: conversationId, expires_at: now + DAY_MS })
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

async function release(
  records: Records,
  { tenant, key, messageId }: Parameters<IdempotencyStore["release"]>[0],
): Promise<void> {
  await records
    .deleteFrom("idempotency_keys")
    .where("tenant", "=", tenant)
    .where("key", "=", key)
    .where("message_id", "=", messageId)
    .where("reply", "is", null)
    .execute();
}

/** Claims the key. An expired key is deleted first and can be claimed again. */
async function take(
  records: Records,
  { tenant, key, bodyHash, messageId, now, leaseMs }: Parameters<IdempotencyStore["claim"]>[0],
): Promise<IdempotencyClaim> {
  await records
    .deleteFrom("idempotency_keys")
    .where("tenant", "=", tenant)
    .where("key", "=", key)
    .where("expires_at", "<=", now)
    .execute();
  const inserted = await records
    .insertInto("idempotency_keys")
    .values({
      tenant,
      key,
      body_hash: bodyHash,
      message_id: messageId,
      conversation_id: null,
      reply: null,
      created_at: now,
      expires_at: now + leaseMs,
    })
    .onConflict((conflict) => conflict.columns(["tenant", "key"]).doNothing())
    .executeTakeFirst();
  if ((inserted.numInsertedOrUpdatedRows ?? 0n) > 0n) return { kind: "claimed" };
  const found = await records
    .selectFrom("idempotency_keys")
    .select(["body_hash", "message_id", "reply"])
    .where("tenant", "=", tenant)
    .where("key", "=", key)
    .executeTakeFirst();
  if (found === undefined) return { kind: "claimed" };
  if (found.body_hash !== bodyHash) return { kind: "other-body" };
  if (found.reply === null) return { kind: "under-way", messageId: found.message_id };
  return { kind: "answered", reply: found.reply };
}
