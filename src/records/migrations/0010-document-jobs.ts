import type { Kysely, Migration } from "kysely";
import type { ColumnTypes } from "../tables.ts";

/** Asynchronous ingestion jobs. */
export const createDocumentJobs = ({ text }: ColumnTypes): Migration => ({
  async up(database: Kysely<unknown>): Promise<void> {
    let table = database.schema
      .createTable("document_jobs")
      .addColumn("tenant", text, (column) => column.notNull())
      .addColumn("id", text, (column) => column.notNull());
    for (const name of ["state", "step", "files"]) {
      table = table.addColumn(name, text, (column) => column.notNull());
    }
    for (const name of ["done", "total", "cancel_requested"]) {
      table = table.addColumn(name, "integer", (column) => column.notNull());
    }
    for (const name of ["created_at", "updated_at"]) {
      table = table.addColumn(name, "bigint", (column) => column.notNull());
    }
    await table.addPrimaryKeyConstraint("document_jobs_key", ["tenant", "id"]).execute();
    await database.schema
      .createIndex("document_jobs_by_time")
      .on("document_jobs")
      .column("updated_at")
      .execute();
  },
});
