import { PostgresAdapter, sql } from "kysely";
import type { Records } from "./database.ts";

/** Longest wait of a short transaction for one lock, and for one statement, in milliseconds. */
const LOCK_MS = 500;
const STATEMENT_MS = 10_000;

/** True where rows have locks of their own. In SQLite the one that writes is alone. */
export function hasRowLocks(records: Records): boolean {
  return records.getExecutor().adapter instanceof PostgresAdapter;
}

/** Bounds the waits of the transaction that has begun. */
export async function boundWaits(transaction: Records): Promise<void> {
  if (!hasRowLocks(transaction)) return;
  await sql`select set_config('lock_timeout', ${String(LOCK_MS)}, true),
    set_config('statement_timeout', ${String(STATEMENT_MS)}, true)`.execute(transaction);
}

/** Rows of one statement: databases bound the number of its parameters, SQLite at 32,766. */
const ROWS = 1_000;

/** Runs a statement for as many rows at once as a database takes. */
export async function inChunks<Row>(
  rows: readonly Row[],
  run: (chunk: readonly Row[]) => Promise<unknown>,
): Promise<void> {
  for (let start = 0; start < rows.length; start += ROWS) {
    await run(rows.slice(start, start + ROWS));
  }
}
