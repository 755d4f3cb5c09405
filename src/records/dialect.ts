import type { DatabaseKind, Records } from "./tables.ts";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import Database from "libsql";
import { createBusyRetryDialect, type WriteAheadLog } from "./sqlite-busy-retry.ts";
import { open } from "node:fs/promises";
import { LRUCache } from "lru-cache";
import {
  type RawBuilder,
  type SqliteDatabase,
  type SqliteStatement,
  PostgresAdapter,
  sql,
} from "kysely";

const POSTGRES_URL = /^postgres(?:ql)?:\/\//i;

/**
 * Chooses the database for a place: PostgreSQL for a `postgres://` URL, otherwise SQLite in the
 * folder's `reprise.db` (created if missing) or in `:memory:`.
 */
export async function chooseDatabase(place: string): Promise<DatabaseKind> {
  if (!isPostgres(place)) return sqlite(place);
  // Loaded on demand: the driver takes a while to import.
  const { createPostgres } = await import("./postgres.ts");
  return { name: withoutPassword(place), ...createPostgres(place) };
}

/** True for a PostgreSQL URL, false for a SQLite folder. */
export function isPostgres(place: string): boolean {
  return POSTGRES_URL.test(place);
}

function sqlite(dataDir: string): DatabaseKind {
  if (dataDir !== ":memory:") mkdirSync(dataDir, { recursive: true });
  const file = dataDir === ":memory:" ? dataDir : join(dataDir, "reprise.db");
  const connection = new Database(file);
  connection.pragma("busy_timeout = 20");
  connection.pragma("foreign_keys = ON");
  return {
    name: file,
    dialect: createBusyRetryDialect(
      connection,
      openWriteAheadLog(connection, file),
      withPreparedStatements(connection),
    ),
    types: { text: "text", bytes: "blob" },
  };
}

/** The URL without credentials and parameters, for messages. */
export function withoutPassword(url: string): string {
  if (!URL.canParse(url)) return "of DATABASE_URL";
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

/**
 * Enables WAL mode. SQLite's own sync would block this process's event loop; `syncToDisk` runs in the thread
 * pool. A commit that has been synced survives a power cut.
 *
 * @param file path of the database file, or `:memory:`
 */
export function openWriteAheadLog(database: Database.Database, file: string): WriteAheadLog {
  // WAL needs shared memory. Without it, SQLite keeps its default journal and syncs each commit itself.
  if (modeOf(database.pragma("journal_mode = WAL")) !== "wal") {
    return { syncToDisk: async () => {}, checkpoint: () => {} };
  }
  database.pragma("synchronous = NORMAL");
  return {
    async syncToDisk() {
      const log = await open(`${file}-wal`, "r+");
      try {
        await log.datasync();
      } finally {
        await log.close();
      }
    },
    checkpoint() {
      // libsql keeps the log when it closes. FULL: the checkpoint itself is synced to disk.
      database.pragma("synchronous = FULL");
      try {
        database.pragma("wal_checkpoint(TRUNCATE)");
        database.pragma("journal_mode = DELETE");
      } catch {
        // The next start reads the log.
      }
    },
  };
}

function modeOf(rows: unknown): unknown {
  const row: unknown = Array.isArray(rows) ? rows[0] : rows;
  return typeof row === "object" && row !== null && "journal_mode" in row
    ? row.journal_mode
    : undefined;
}

/** Statements that are kept; those of a turn are the same each time. */
const KEPT = 200;

/**
 * A database that prepares each statement once: that takes longer than most statements run. A statement that
 * has failed is prepared anew, since libsql may never end it. One that is read row by row is never shared.
 */
export function withPreparedStatements(database: SqliteDatabase): SqliteDatabase {
  const kept = new LRUCache<string, SqliteStatement>({ max: KEPT });
  const prepare = (text: string) => {
    const statement = database.prepare(text);
    const { reader } = statement;
    const run = <Result>(work: () => Result): Result => {
      try {
        return work();
      } catch (error) {
        kept.delete(text);
        throw error;
      }
    };
    return {
      reader,
      all: (parameters: readonly unknown[]) => run(() => statement.all(parameters)),
      run: (parameters: readonly unknown[]) => run(() => statement.run(parameters)),
      iterate: (parameters: readonly unknown[]) => database.prepare(text).iterate(parameters),
    };
  };
  return {
    prepare(text) {
      const known = kept.get(text);
      if (known !== undefined) return known;
      const statement = prepare(text);
      kept.set(text, statement);
      return statement;
    },
    close() {
      kept.clear();
      database.close();
    },
  };
}

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

/** Rows by their keys' order. Two writers that lock rows in the same order cannot deadlock. */
export function inLockOrder<Row>(rows: ReadonlyMap<string, Row>): readonly Row[] {
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

/** Replaces NUL and lone surrogates, which PostgreSQL rejects. */
export function cleanText(text: string): string {
  return text.replaceAll("\0", "\uFFFD").replaceAll(/\p{Cs}/gu, "\uFFFD");
}
