import type { Kysely, Migration } from "kysely";
import type { ColumnTypes } from "../tables.ts";

/** Responses that a client can read again or continue. */
export const createResponses = ({ text }: ColumnTypes): Migration => ({
  async up(database: Kysely<unknown>): Promise<void> {
    await database.schema
      .createTable("responses")
      .addColumn("tenant", text, (column) => column.notNull())
      .addColumn("id", text, (column) => column.notNull())
      .addColumn("conversation_id", text, (column) => column.notNull())
      .addColumn("owner", text)
      .addColumn("created_at", "bigint", (column) => column.notNull())
      .addColumn("body", text, (column) => column.notNull())
      .addPrimaryKeyConstraint("responses_key", ["tenant", "id"])
      .execute();
    await database.schema
      .createIndex("responses_by_conversation")
      .on("responses")
      .columns(["tenant", "conversation_id"])
      .execute();
    await database.schema
      .createIndex("responses_by_time")
      .on("responses")
      .column("created_at")
      .execute();
  },
});
