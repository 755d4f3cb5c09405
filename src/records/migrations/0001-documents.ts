import type { Kysely, Migration } from "kysely";
import type { ColumnTypes } from "../tables.ts";

/** Documents with their versions, and their passages with vectors. */
export const createDocuments = ({ text, bytes }: ColumnTypes): Migration => ({
  async up(database: Kysely<unknown>): Promise<void> {
    await database.schema
      .createTable("documents")
      .addColumn("tenant", text, (column) => column.notNull())
      .addColumn("id", text, (column) => column.notNull())
      .addColumn("title", text, (column) => column.notNull())
      .addColumn("text", text, (column) => column.notNull())
      .addColumn("source", text)
      .addColumn("version", "integer", (column) => column.notNull())
      .addColumn("passages", "integer", (column) => column.notNull())
      .addColumn("created_at", "bigint", (column) => column.notNull())
      .addColumn("updated_at", "bigint", (column) => column.notNull())
      .addPrimaryKeyConstraint("documents_key", ["tenant", "id"])
      .execute();
    await database.schema
      .createTable("document_passages")
      .addColumn("tenant", text, (column) => column.notNull())
      .addColumn("document_id", text, (column) => column.notNull())
      .addColumn("position", "integer", (column) => column.notNull())
      .addColumn("id", text, (column) => column.notNull())
      .addColumn("headings", text, (column) => column.notNull())
      .addColumn("text", text, (column) => column.notNull())
      .addColumn("start_offset", "integer", (column) => column.notNull())
      .addColumn("end_offset", "integer", (column) => column.notNull())
      .addColumn("embedder_id", text, (column) => column.notNull())
      .addColumn("vector", bytes, (column) => column.notNull())
      .addPrimaryKeyConstraint("document_passages_key", ["tenant", "document_id", "position"])
      .addForeignKeyConstraint(
        "document_passages_document",
        ["tenant", "document_id"],
        "documents",
        ["tenant", "id"],
        (constraint) => constraint.onDelete("cascade"),
      )
      .execute();
  },
});
