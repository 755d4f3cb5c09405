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
];

/**
 * Sums of the ledger by 15 minutes and model, filled from the existing rows, and the current
 * version of each document.
 */
export const createUsageQuarters = ({ text }: ColumnTypes): Migration => ({
  async up(database: Kysely<unknown>): Promise<void> {
    let table = database.schema
      .createTable("usage_quarters")
      .addColumn("tenant", text, (column) => column.notNull())
      .addColumn("quarter", "integer", (column) => column.notNull())
      .addColumn("model", text, (column) => column.notNull());
    for (const name of COUNTS) {
      table = table.addColumn(name, "bigint", (column) => column.notNull());
    }
    await table
      .addPrimaryKeyConstraint("usage_quarters_key", ["tenant", "quarter", "model"])
      .execute();
    await sql`insert into usage_quarters
      select tenant, created_at / 900000, model, count(*),
        sum(case when status = 'hit' and tier = 'exact' then 1 else 0 end),
        sum(case when status = 'hit' and tier = 'semantic' then 1 else 0 end),
        sum(case when status = 'hit' and tier = 'verified' then 1 else 0 end),
        sum(case when status = 'miss' then 1 else 0 end),
        sum(prompt_tokens), sum(completion_tokens), sum(cached_prompt_tokens),
        sum(reasoning_tokens), sum(embedding_tokens), sum(estimated),
        sum(saved_prompt_tokens), sum(saved_completion_tokens), sum(priced),
        sum(total_nano_usd), sum(saved_nano_usd), sum(net_saved_nano_usd)
      from usage group by tenant, created_at / 900000, model`.execute(database);
    await sql`insert into document_versions
      (tenant, document_id, version, title, text, source, created_at)
      select tenant, id, version, title, text, source, updated_at from documents`.execute(database);
  },
});
