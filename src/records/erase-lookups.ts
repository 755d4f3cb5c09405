import { sql } from "kysely";
import type { Records } from "./database.ts";

/** Takes what a conversation asked out of the log: its lookups, and its questions where others came near. */
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
 * The same for all conversations that were erased: what was being written while its conversation was
 * erased on another connection is there a moment longer.
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
