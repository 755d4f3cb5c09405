import type { CreateTableBuilder, Kysely, Migration } from "kysely";
import type { ColumnTypes } from "../tables.ts";

type Table = CreateTableBuilder<string, string>;
type AddColumns = (table: Table, ...names: string[]) => Table;

interface Columns {
  readonly text: AddColumns;
  readonly optionalText: AddColumns;
  readonly integer: AddColumns;
  readonly bigint: AddColumns;
}

/** Conversations, the ledger, profiles, feedback, policies, versions, idempotency keys and budgets. */
export const createRecords = (types: ColumnTypes): Migration => ({
  async up(database: Kysely<unknown>): Promise<void> {
    const columns = columnsOf(types);
    await createConversations(database, columns);
    await createUsage(database, columns);
    await createPeople(database, columns);
    await createVersions(database, columns);
    await createGuards(database, columns);
  },
});

/** Adds several columns of one kind. */
function columnsOf({ text }: ColumnTypes): Columns {
  const each =
    (type: ColumnTypes["text"], isRequired: boolean): AddColumns =>
    (table, ...names) =>
      names.reduce<Table>(
        (grown, name) =>
          grown.addColumn(name, type, (column) => (isRequired ? column.notNull() : column)),
        table,
      );
  return {
    text: each(text, true),
    optionalText: each(text, false),
    integer: each("integer", true),
    bigint: each("bigint", true),
  };
}

async function createConversations(database: Kysely<unknown>, columns: Columns): Promise<void> {
  const { text, optionalText, integer, bigint } = columns;
  let table: Table = database.schema.createTable("conversations");
  table = text(table, "tenant", "id", "title");
  table = optionalText(table, "user_id", "forked_from");
  table = bigint(table, "created_at", "updated_at");
  await table
    .addColumn("erased_at", "bigint")
    .addPrimaryKeyConstraint("conversations_key", ["tenant", "id"])
    .execute();
  await database.schema
    .createIndex("conversations_newest")
    .on("conversations")
    .columns(["tenant", "updated_at", "id"])
    .execute();
  table = database.schema.createTable("messages");
  table = text(table, "tenant", "conversation_id", "turn_id", "id", "role", "content");
  table = optionalText(table, "details");
  table = bigint(integer(table, "side"), "turn_order", "created_at");
  await table.addPrimaryKeyConstraint("messages_key", ["tenant", "id"]).execute();
  await database.schema
    .createIndex("messages_in_order")
    .on("messages")
    .columns(["tenant", "conversation_id", "turn_order", "turn_id", "side"])
    .execute();
}

/** The ledger. It contains no text of users. */
async function createUsage(database: Kysely<unknown>, columns: Columns): Promise<void> {
  const { text, optionalText, integer, bigint } = columns;
  let table: Table = database.schema.createTable("usage");
  table = text(table, "tenant", "id", "model", "status", "finish_reason");
  table = optionalText(table, "conversation_id", "user_id", "tier");
  table = integer(table, "prompt_tokens", "completion_tokens", "cached_prompt_tokens");
  table = integer(table, "cache_write_tokens", "reasoning_tokens", "embedding_tokens", "estimated");
  table = integer(table, "saved_prompt_tokens", "saved_completion_tokens", "priced", "total_ms");
  table = bigint(table, "created_at", "total_nano_usd", "saved_nano_usd", "net_saved_nano_usd");
  await table.addPrimaryKeyConstraint("usage_key", ["tenant", "id"]).execute();
  await database.schema
    .createIndex("usage_by_time")
    .on("usage")
    .columns(["tenant", "created_at", "id"])
    .execute();
  await database.schema
    .createIndex("usage_by_conversation")
    .on("usage")
    .columns(["tenant", "conversation_id"])
    .execute();
}

async function createPeople(database: Kysely<unknown>, columns: Columns): Promise<void> {
  const { text, optionalText, bigint } = columns;
  let table: Table = database.schema.createTable("profiles");
  table = bigint(text(table, "tenant", "user_id", "profile"), "updated_at");
  await table.addPrimaryKeyConstraint("profiles_key", ["tenant", "user_id"]).execute();
  table = database.schema.createTable("feedback");
  table = text(table, "tenant", "message_id", "rating");
  table = bigint(optionalText(table, "comment"), "created_at");
  await table.addPrimaryKeyConstraint("feedback_key", ["tenant", "message_id"]).execute();
}

async function createVersions(database: Kysely<unknown>, columns: Columns): Promise<void> {
  const { text, optionalText, integer, bigint } = columns;
  let table: Table = database.schema.createTable("document_versions");
  table = text(table, "tenant", "document_id", "title", "text");
  table = bigint(integer(optionalText(table, "source"), "version"), "created_at");
  await table
    .addPrimaryKeyConstraint("document_versions_key", ["tenant", "document_id", "version"])
    .addForeignKeyConstraint(
      "document_versions_document",
      ["tenant", "document_id"],
      "documents",
      ["tenant", "id"],
      (constraint) => constraint.onDelete("cascade"),
    )
    .execute();
  table = database.schema.createTable("cache_policies");
  table = text(table, "tenant", "policy", "author");
  table = bigint(integer(table, "version"), "created_at");
  await table.addPrimaryKeyConstraint("cache_policies_key", ["tenant", "version"]).execute();
}

async function createGuards(database: Kysely<unknown>, columns: Columns): Promise<void> {
  const { text, optionalText, bigint } = columns;
  let table: Table = database.schema.createTable("idempotency_keys");
  table = text(table, "tenant", "key", "body_hash", "message_id");
  table = bigint(optionalText(table, "conversation_id", "reply"), "created_at", "expires_at");
  await table.addPrimaryKeyConstraint("idempotency_keys_key", ["tenant", "key"]).execute();
  table = database.schema.createTable("budget_days");
  table = bigint(text(table, "tenant", "day"), "spent_nano_usd");
  await table.addPrimaryKeyConstraint("budget_days_key", ["tenant", "day"]).execute();
  table = database.schema.createTable("budget_holds");
  table = bigint(text(table, "id", "tenant", "day"), "nano_usd", "expires_at");
  await table.addPrimaryKeyConstraint("budget_holds_key", ["id"]).execute();
}
