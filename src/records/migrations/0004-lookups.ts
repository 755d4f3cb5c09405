import type { CreateTableBuilder, Kysely, Migration } from "kysely";
import type { ColumnTypes } from "../tables.ts";

type Table = CreateTableBuilder<string, string>;
type Type = ColumnTypes["text"];

/** The lookup log, its labels and the shadow runs. */
export const createLookups = ({ text }: ColumnTypes): Migration => ({
  async up(database: Kysely<unknown>): Promise<void> {
    await createLog(database, text);
    await createLabels(database, text);
  },
});

function add(table: Table, type: Type, isRequired: boolean, names: readonly string[]): Table {
  return names.reduce<Table>(
    (grown, name) =>
      grown.addColumn(name, type, (column) => (isRequired ? column.notNull() : column)),
    table,
  );
}

async function createLog(database: Kysely<unknown>, text: Type): Promise<void> {
  const texts = ["tenant", "id", "scope", "question_hash", "verdict", "reasons", "candidates"];
  const optionalTexts = ["conversation_id", "question", "tier", "retrieved", "nearest_id"];
  let table: Table = database.schema.createTable("lookups");
  table = add(table, text, true, [...texts, "nearest_documents", "embedder_id"]);
  table = add(table, text, true, ["knowledge_version"]);
  table = add(table, text, false, [...optionalTexts, "nearest_question", "nearest_hash"]);
  table = add(table, text, false, ["nearest_conversation_id"]);
  table = add(table, "double precision", true, ["serve_threshold", "grey_threshold"]);
  table = add(table, "double precision", false, ["nearest_similarity", "nearest_serve_from"]);
  table = add(table, "double precision", false, ["nearest_grey_from", "below_by"]);
  table = add(table, "integer", true, ["saved_tokens", "priced", "near_band", "stored"]);
  table = add(table, "integer", false, ["label_same"]);
  table = add(table, "bigint", true, ["created_at", "saved_nano_usd", "near_order"]);
  await table.addPrimaryKeyConstraint("lookups_key", ["tenant", "id"]).execute();
  const index = (name: string, columns: string[]) =>
    database.schema.createIndex(name).on("lookups").columns(columns).execute();
  await index("lookups_by_time", ["tenant", "created_at", "id"]);
  await index("lookups_by_nearness", ["tenant", "near_band", "near_order", "id"]);
  await index("lookups_by_conversation", ["tenant", "conversation_id"]);
  await index("lookups_by_origin", ["tenant", "nearest_conversation_id"]);
}

async function createLabels(database: Kysely<unknown>, text: Type): Promise<void> {
  let table: Table = database.schema.createTable("lookup_labels");
  table = add(table, text, true, ["tenant", "lookup_id", "source", "author"]);
  table = add(table, text, false, ["note"]);
  table = add(table, "integer", true, ["same"]);
  table = add(table, "bigint", true, ["created_at"]);
  await table
    .addPrimaryKeyConstraint("lookup_labels_key", ["tenant", "lookup_id", "source"])
    .addForeignKeyConstraint(
      "lookup_labels_lookup",
      ["tenant", "lookup_id"],
      "lookups",
      ["tenant", "id"],
      (constraint) => constraint.onDelete("cascade"),
    )
    .execute();
}
