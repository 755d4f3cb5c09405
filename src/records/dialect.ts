import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { PostgresDialect, sql, type ColumnDataType, type Dialect, type RawBuilder } from "kysely";
import Database from "libsql";
import pg from "pg";
import { createPatientSqlite } from "./patient-sqlite.ts";
import { openWriteAheadLog } from "./write-ahead-log.ts";

/** Column types that the databases name or sort differently. */
export interface ColumnTypes {
  /** Sorted by code point, as JavaScript does. */
  readonly text: ColumnDataType | RawBuilder<unknown>;
  readonly bytes: ColumnDataType;
}

/** A database and the few things in which it is not like the other. */
export interface DatabaseKind {
  /** For messages; without a password. */
  readonly name: string;
  readonly dialect: Dialect;
  readonly types: ColumnTypes;
}

/** Connections of one process. */
const MAX_CONNECTIONS = 10;
const CONNECT_TIMEOUT_MS = 5_000;
/** Longest statement, in milliseconds. */
const STATEMENT_TIMEOUT_MS = 30_000;
const POSTGRES_URL = /^postgres(?:ql)?:\/\//i;
const { INT8 } = pg.types.builtins;

/**
 * The database at a place: PostgreSQL for a `postgres://` address, otherwise the SQLite file
 * `reprise.db` in a folder, made when missing, or `:memory:`.
 */
export function chooseDatabase(place: string): DatabaseKind {
  return isPostgres(place) ? postgres(place) : sqlite(place);
}

/** True for the address of a PostgreSQL database, false for a folder of SQLite's. */
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
    dialect: createPatientSqlite(connection, openWriteAheadLog(connection, file)),
    types: { text: "text", bytes: "blob" },
  };
}

function postgres(url: string): DatabaseKind {
  const pool = new pg.Pool({
    connectionString: url,
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    keepAlive: true,
    // Times and counts are far below 2^53; money is read as text.
    types: { getTypeParser: (oid, format) => (oid === INT8 ? Number : typeParser(oid, format)) },
  });
  // A connection that breaks is replaced at the next query, and a query on it tells of its own trouble;
  // without a listener, while it is in use too, the error would end the process.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  return {
    name: withoutPassword(url),
    dialect: new PostgresDialect({ pool }),
    types: { text: sql`text collate "C"`, bytes: "bytea" },
  };
}

function typeParser(oid: number, format: "text" | "binary" | undefined) {
  return format === "binary" ? pg.types.getTypeParser(oid, format) : pg.types.getTypeParser(oid);
}

/** The address of a database for messages. */
export function withoutPassword(url: string): string {
  if (!URL.canParse(url)) return "of DATABASE_URL";
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}
