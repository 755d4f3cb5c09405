import type { KeptResponse, ResponseStore } from "../responses/types.ts";
import type { Records, Tables } from "./tables.ts";

/**
 * Stored responses in the database. A response is dropped when its conversation was erased after
 * the request.
 */
export function createSqlResponses(records: Records): ResponseStore {
  return {
    async put({ tenant, id, conversationId, owner, createdAt, body }) {
      await records.transaction().execute(async (transaction) => {
        const erased = await transaction
          .selectFrom("conversations")
          .select("id")
          .where("tenant", "=", tenant)
          .where("id", "=", conversationId)
          .where("erased_at", ">=", createdAt)
          .executeTakeFirst();
        if (erased !== undefined) return;
        await transaction
          .insertInto("responses")
          .values({
            tenant,
            id,
            conversation_id: conversationId,
            owner,
            created_at: createdAt,
            body,
          })
          .onConflict((conflict) => conflict.columns(["tenant", "id"]).doNothing())
          .execute();
      });
    },

    async find({ tenant, id }) {
      const row = await records
        .selectFrom("responses")
        .selectAll()
        .where("tenant", "=", tenant)
        .where("id", "=", id)
        .executeTakeFirst();
      return row === undefined ? undefined : toResponse(row);
    },

    async remove({ tenant, id }) {
      const deleted = await records
        .deleteFrom("responses")
        .where("tenant", "=", tenant)
        .where("id", "=", id)
        .executeTakeFirst();
      return deleted.numDeletedRows > 0n;
    },
  };
}

function toResponse(row: Tables["responses"]): KeptResponse {
  return {
    tenant: row.tenant,
    id: row.id,
    conversationId: row.conversation_id,
    owner: row.owner,
    createdAt: row.created_at,
    body: row.body,
  };
}
