import { sql } from "kysely";
import type { Records } from "./database.ts";

/**
 * Erases a conversation from the lookup log: deletes its lookups, and clears its questions where
 * they were the nearest match of another lookup.
 */
export async function eraseLookups(
  records: Records,
  { tenant, conversationId }: { tenant: string; conversationId: string },
): Promise<void> {
  await records
    .deleteFrom("lookups")
    .where("tenant", "=", tenant)
    .where("conversation_id", "=", conversationId)
    .execute();
  await records
    .updateTable("lookups")
    .set({ nearest_question: null })
    .where("tenant", "=", tenant)
    .where("nearest_conversation_id", "=", conversationId)
    .execute();
}

/**
 * Repeats the erasure for all erased conversations, to catch lookups written concurrently on
 * another connection.
 */
export async function eraseLeftLookups(records: Records): Promise<void> {
  const erased = sql<boolean>`exists (select 1 from conversations
    where conversations.tenant = lookups.tenant
    and conversations.id = lookups.conversation_id
    and conversations.erased_at >= lookups.created_at)`;
  const asked = sql<boolean>`exists (select 1 from conversations
    where conversations.tenant = lookups.tenant
    and conversations.id = lookups.nearest_conversation_id
    and conversations.erased_at is not null)`;
  await records.deleteFrom("lookups").where(erased).execute();
  await records
    .updateTable("lookups")
    .set({ nearest_question: null })
    .where("nearest_question", "is not", null)
    .where(asked)
    .execute();
}
