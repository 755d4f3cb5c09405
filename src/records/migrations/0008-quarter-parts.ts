import { sql, type Kysely, type Migration } from "kysely";
import type { ColumnTypes } from "../tables.ts";

const COUNTS = [
  "requests",
  "exact",
  "semantic",
  "verified",
  "misses",
  "prompt_tokens",
  "completion_tokens",
  "cached_prompt_tokens",
  "reasoning_tokens",
  "embedding_tokens",
  "estimated",
  "saved_prompt_tokens",
  "saved_completion_tokens",
  "priced",
  "total_nano_usd",
  "saved_nano_usd",
  "net_saved_nano_usd",
  "shadow_runs",
  "shadow_nano_usd",
];

/** Splits the sums into parts: a writer that finds one locked adds to another. */
export const splitQuarters = ({ text }: ColumnTypes): Migration => ({
  async up(database: Kysely<unknown>): Promise<void> {
    await database.schema.alterTable("usage_quarters").renameTo("usage_quarters_before").execute();
    let table = database.schema
      .createTable("usage_quarters")
      .addColumn("tenant", text, (column) => column.notNull())
      .addColumn("quarter", "integer", (column) => column.notNull())
      .addColumn("model", text, (column) => column.notNull())
      .addColumn("part", "integer", (column) => column.notNull());
    for (const name of COUNTS) {
      table = table.addColumn(name, "bigint", (column) => column.notNull());
    }
    await table
      .addPrimaryKeyConstraint("usage_quarters_parts_key", ["tenant", "quarter", "model", "part"])
      .execute();
    const counts = sql.join(COUNTS.map((name) => sql.ref(name)));
    await sql`insert into usage_quarters (tenant, quarter, model, part, ${counts})
      select tenant, quarter, model, 0, ${counts} from usage_quarters_before`.execute(database);
    await database.schema.dropTable("usage_quarters_before").execute();
  },
});
