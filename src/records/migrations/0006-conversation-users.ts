import { sql, type CreateTableBuilder, type Kysely, type Migration } from "kysely";
import type { ColumnTypes } from "../tables.ts";

/** Every user who has asked in a conversation, not only the first. */
export const createConversationUsers = ({ text }: ColumnTypes): Migration => ({
  async up(database: Kysely<unknown>): Promise<void> {
    let table: CreateTableBuilder<string, string> =
      database.schema.createTable("conversation_users");
    for (const name of ["tenant", "user_id", "conversation_id"]) {
      table = table.addColumn(name, text, (column) => column.notNull());
    }
    await table
      .addPrimaryKeyConstraint("conversation_users_key", ["tenant", "user_id", "conversation_id"])
      .execute();
    await database.schema
      .createIndex("conversation_users_by_conversation")
      .on("conversation_users")
      .columns(["tenant", "conversation_id"])
      .execute();
    await fillFromLedger(database);
  },
});

/** If the first rows of a conversation were removed from the ledger, its first user is still known. */
async function fillFromLedger(database: Kysely<unknown>): Promise<void> {
  await sql`insert into conversation_users (tenant, user_id, conversation_id)
    select conversations.tenant, usage.user_id, conversations.id
      from conversations join usage on usage.tenant = conversations.tenant
        and usage.conversation_id = conversations.id
      where usage.user_id is not null and conversations.title <> ''
    union
    select tenant, user_id, id from conversations where user_id is not null`.execute(database);
}
