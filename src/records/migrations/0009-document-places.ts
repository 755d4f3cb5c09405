import type { Kysely, Migration } from "kysely";
import type { ColumnTypes } from "../tables.ts";

/** Positions of texts and passages in their source files, and the lead-in of passages. */
export const addDocumentPlaces = ({ text }: ColumnTypes): Migration => ({
  async up(database: Kysely<unknown>): Promise<void> {
    await database.schema.alterTable("documents").addColumn("places", text).execute();
    for (const name of ["lead", "locator"]) {
      await database.schema.alterTable("document_passages").addColumn(name, text).execute();
    }
  },
});
