import { sql, type Kysely, type Migration } from "kysely";
import type { ColumnTypes } from "../tables.ts";

/** Groups whose members may read a document. */
export const addDocumentGroups = ({ text }: ColumnTypes): Migration => ({
  async up(database: Kysely<unknown>): Promise<void> {
    await database.schema.alterTable("documents").addColumn("groups", text).execute();
    await database.schema
      .createIndex("documents_with_groups")
      .on("documents")
      .column("tenant")
      .where(sql.ref("groups"), "is not", null)
      .execute();
  },
});
