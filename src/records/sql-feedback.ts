import { z } from "zod";
import type { FeedbackStore } from "../feedback/types.ts";
import type { Records } from "./tables.ts";

const ratingSchema = z.enum(["up", "down"]);

/** Readers' ratings in the database: one per message, the last one counts. */
export function createSqlFeedback(records: Records): FeedbackStore {
  return {
    async put({ tenant, messageId, rating, comment, createdAt }) {
      const values = { rating, comment, created_at: createdAt };
      await records
        .insertInto("feedback")
        .values({ tenant, message_id: messageId, ...values })
        .onConflict((conflict) => conflict.columns(["tenant", "message_id"]).doUpdateSet(values))
        .execute();
    },

    async find({ tenant, messageId }) {
      const row = await records
        .selectFrom("feedback")
        .selectAll()
        .where("tenant", "=", tenant)
        .where("message_id", "=", messageId)
        .executeTakeFirst();
      if (row === undefined) return undefined;
      const { comment, created_at: createdAt } = row;
      return { tenant, messageId, rating: ratingSchema.parse(row.rating), comment, createdAt };
    },
  };
}
