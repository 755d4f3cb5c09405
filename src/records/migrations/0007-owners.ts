import type { Kysely, Migration } from "kysely";
import type { ColumnTypes } from "../tables.ts";

/** Owners of conversations and profiles. Existing rows have no owner. */
export const createOwners = ({ text }: ColumnTypes): Migration => ({
  async up(database: Kysely<unknown>): Promise<void> {
    await database.schema
      .createTable("conversation_owners")
      .addColumn("tenant", text, (column) => column.notNull())
      .addColumn("conversation_id", text, (column) => column.notNull())
      .addColumn("owner", text, (column) => column.notNull())
      .addPrimaryKeyConstraint("conversation_owners_key", ["tenant", "conversation_id"])
      .execute();
    await database.schema
      .createIndex("conversation_owners_by_owner")
      .on("conversation_owners")
      .columns(["tenant", "owner", "conversation_id"])
      .execute();
    await database.schema.alterTable("profiles").addColumn("owner", text).execute();
  },
});
