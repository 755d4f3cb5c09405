import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { ColumnDataType, Dialect, RawBuilder } from "kysely";
import Database from "libsql";
import { createBusyRetryDialect } from "./sqlite-busy-retry.ts";
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

const POSTGRES_URL = /^postgres(?:ql)?:\/\//i;

/**
 * The database at a place: PostgreSQL for a `postgres://` address, otherwise the SQLite file
 * `reprise.db` in a folder, made when missing, or `:memory:`.
 */
export async function chooseDatabase(place: string): Promise<DatabaseKind> {
  if (!isPostgres(place)) return sqlite(place);
  // The client takes a while to load: a start with SQLite does without.
  const { createPostgres } = await import("./postgres.ts");
  return { name: withoutPassword(place), ...createPostgres(place) };
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
    dialect: createBusyRetryDialect(connection, openWriteAheadLog(connection, file)),
    types: { text: "text", bytes: "blob" },
  };
}

/** The address of a database for messages. */
export function withoutPassword(url: string): string {
  if (!URL.canParse(url)) return "of DATABASE_URL";
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}
