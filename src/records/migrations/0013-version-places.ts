import type { Kysely, Migration } from "kysely";
import type { ColumnTypes } from "../tables.ts";

/** Positions in the source file of each version's text, so that a restored document has them again. */
export const addVersionPlaces = ({ text }: ColumnTypes): Migration => ({
  async up(database: Kysely<unknown>): Promise<void> {
    await database.schema.alterTable("document_versions").addColumn("places", text).execute();
  },
});
