import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Kysely, Migrator, sql, SqliteDialect, type Dialect, type Migration } from "kysely";
import Database from "libsql";
import { createDocuments } from "./migrations/0001-documents.ts";

/** The tables of the system of record. Times are milliseconds since the epoch. */
export interface Tables {
  documents: {
    tenant: string;
    id: string;
    title: string;
    text: string;
    source: string | null;
    version: number;
    passages: number;
    created_at: number;
    updated_at: number;
  };
  document_passages: {
    tenant: string;
    document_id: string;
    /** Place in the document, from 0. */
    position: number;
    id: string;
    /** A JSON array of strings. */
    headings: string;
    text: string;
    start_offset: number;
    end_offset: number;
    embedder_id: string;
    /** Little-endian 32-bit floats. */
    vector: Uint8Array;
  };
}

export type Records = Kysely<Tables>;

/** How long a write waits for another process, in milliseconds. */
const BUSY_TIMEOUT_MS = 5_000;

/** In the order of their names; a migration that has run is never changed. */
const MIGRATIONS: Readonly<Record<string, Migration>> = { "0001-documents": createDocuments };

/**
 * Opens the SQLite file `reprise.db` in a folder, made when missing, or a database in memory, and
 * brings its tables up to date; other processes wait meanwhile.
 *
 * @param dataDir a folder, or `:memory:`
 * @throws Error when the file cannot be opened or a migration fails
 */
export async function openDatabase(dataDir: string): Promise<Records> {
  if (dataDir !== ":memory:") mkdirSync(dataDir, { recursive: true });
  const file = dataDir === ":memory:" ? dataDir : join(dataDir, "reprise.db");
  const connection = new Database(file);
  connection.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
  connection.pragma("journal_mode = WAL");
  connection.pragma("foreign_keys = ON");
  const records = new Kysely<Tables>({ dialect: lockingDialect(connection) });
  const migrator = new Migrator({
    db: records,
    provider: { getMigrations: async () => ({ ...MIGRATIONS }) },
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) {
    await records.destroy();
    throw new Error(`the database ${file} could not be brought up to date`, { cause: error });
  }
  return records;
}

/**
 * Kysely takes no migration lock on SQLite. Writing first in the migrations' transaction is one: a
 * second process waits there, and then finds them done.
 */
function lockingDialect(database: Database.Database): Dialect {
  const dialect = new SqliteDialect({ database });
  return {
    createAdapter: () =>
      Object.assign(dialect.createAdapter(), {
        async acquireMigrationLock(transaction: Kysely<unknown>): Promise<void> {
          await sql`update kysely_migration_lock set is_locked = 0`.execute(transaction);
        },
      }),
    createDriver: () => dialect.createDriver(),
    createIntrospector: (records) => dialect.createIntrospector(records),
    createQueryCompiler: () => dialect.createQueryCompiler(),
  };
}
