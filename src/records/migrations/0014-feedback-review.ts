import type { Kysely, Migration } from "kysely";
import type { ColumnTypes } from "../tables.ts";

/** What was rated, and how a reviewer resolved it. Earlier feedback has neither. */
export const addFeedbackReview = ({ text }: ColumnTypes): Migration => ({
  async up(database: Kysely<unknown>): Promise<void> {
    for (const name of ["conversation_id", "question", "entry_id", "resolved_as", "resolved_by"]) {
      await database.schema.alterTable("feedback").addColumn(name, text).execute();
    }
    await database.schema.alterTable("feedback").addColumn("resolved_at", "bigint").execute();
    await database.schema
      .createIndex("feedback_by_time")
      .on("feedback")
      .columns(["tenant", "created_at", "message_id"])
      .execute();
    await database.schema
      .createIndex("feedback_by_conversation")
      .on("feedback")
      .columns(["tenant", "conversation_id"])
      .execute();
  },
});
