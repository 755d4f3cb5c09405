import { type Kysely, type Migration } from "kysely";

/** Documents with their versions, and their passages with vectors. */
export const createDocuments: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    await database.schema
      .createTable("documents")
      .addColumn("tenant", "text", (column) => column.notNull())
      .addColumn("id", "text", (column) => column.notNull())
      .addColumn("title", "text", (column) => column.notNull())
      .addColumn("text", "text", (column) => column.notNull())
      .addColumn("source", "text")
      .addColumn("version", "integer", (column) => column.notNull())
      .addColumn("passages", "integer", (column) => column.notNull())
      .addColumn("created_at", "bigint", (column) => column.notNull())
      .addColumn("updated_at", "bigint", (column) => column.notNull())
      .addPrimaryKeyConstraint("documents_key", ["tenant", "id"])
      .execute();
    await database.schema
      .createTable("document_passages")
      .addColumn("row", "integer", (column) => column.primaryKey().autoIncrement())
      .addColumn("tenant", "text", (column) => column.notNull())
      .addColumn("document_id", "text", (column) => column.notNull())
      .addColumn("position", "integer", (column) => column.notNull())
      .addColumn("id", "text", (column) => column.notNull())
      .addColumn("headings", "text", (column) => column.notNull())
      .addColumn("start_offset", "integer", (column) => column.notNull())
      .addColumn("end_offset", "integer", (column) => column.notNull())
      .addColumn("embedder_id", "text", (column) => column.notNull())
      .addColumn("vector", "blob", (column) => column.notNull())
      .addForeignKeyConstraint(
        "document_passages_document",
        ["tenant", "document_id"],
        "documents",
        ["tenant", "id"],
        (constraint) => constraint.onDelete("cascade"),
      )
      .execute();
    await database.schema
      .createIndex("document_passages_of_document")
      .on("document_passages")
      .columns(["tenant", "document_id", "position"])
      .execute();
  },
};
