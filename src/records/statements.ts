import { PostgresAdapter, sql, type RawBuilder } from "kysely";
import type { Records } from "./database.ts";

/** Timeouts of a short transaction for one lock and for one statement, in milliseconds. */
const LOCK_MS = 500;
const STATEMENT_MS = 10_000;

/** True for PostgreSQL. SQLite has no row locks: one writer holds the whole database. */
export function hasRowLocks(records: Records): boolean {
  return records.getExecutor().adapter instanceof PostgresAdapter;
}

/** The database's clock in milliseconds since the epoch, as a SQL expression: the same clock for all replicas. */
export function databaseTime(records: Records): RawBuilder<number> {
  return hasRowLocks(records)
    ? sql<number>`cast(extract(epoch from clock_timestamp()) * 1000 as bigint)`
    : sql<number>`cast(unixepoch('subsec') * 1000 as integer)`;
}

/** Sets the timeouts of the current transaction. */
export async function boundWaits(transaction: Records): Promise<void> {
  if (!hasRowLocks(transaction)) return;
  await sql`select set_config('lock_timeout', ${String(LOCK_MS)}, true),
    set_config('statement_timeout', ${String(STATEMENT_MS)}, true)`.execute(transaction);
}

/** Rows per statement: databases limit the number of parameters, SQLite to 32,766. */
const ROWS = 1_000;

/** Runs a statement in chunks that fit the parameter limit. */
export async function inChunks<Row>(
  rows: readonly Row[],
  run: (chunk: readonly Row[]) => Promise<unknown>,
): Promise<void> {
  for (let start = 0; start < rows.length; start += ROWS) {
    await run(rows.slice(start, start + ROWS));
  }
}
