import type { CreateTableBuilder, Kysely, Migration } from "kysely";
import type { ColumnTypes } from "../tables.ts";

/** Shadow runs with their cost, and the usage of stored answers that hits save. */
export const createShadowRuns = ({ text }: ColumnTypes): Migration => ({
  async up(database: Kysely<unknown>): Promise<void> {
    let table: CreateTableBuilder<string, string> = database.schema.createTable("shadow_runs");
    for (const name of ["tenant", "id", "lookup_id", "tier", "decided_by"]) {
      table = table.addColumn(name, text, (column) => column.notNull());
    }
    for (const name of ["similarity", "serve_threshold", "grey_threshold"]) {
      table = table.addColumn(name, "double precision", (column) => column.notNull());
    }
    for (const name of ["created_at", "nano_usd"]) {
      table = table.addColumn(name, "bigint", (column) => column.notNull());
    }
    await table
      .addColumn("serve_from", "double precision")
      .addColumn("grey_from", "double precision")
      .addColumn("policy_version", "integer", (column) => column.notNull())
      .addColumn("same", "integer", (column) => column.notNull())
      .addPrimaryKeyConstraint("shadow_runs_key", ["tenant", "id"])
      .execute();
    await database.schema
      .createIndex("shadow_runs_by_time")
      .on("shadow_runs")
      .columns(["tenant", "created_at", "id"])
      .execute();
    await addSums(database);
  },
});

async function addSums(database: Kysely<unknown>): Promise<void> {
  const add = (table: string, name: string) =>
    database.schema
      .alterTable(table)
      .addColumn(name, "bigint", (column) => column.notNull().defaultTo(0))
      .execute();
  await add("usage_quarters", "shadow_runs");
  await add("usage_quarters", "shadow_nano_usd");
  await add("lookups", "answer_tokens");
  await add("lookups", "answer_nano_usd");
}
