import type { DatabaseKind } from "./tables.ts";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import Database from "libsql";
import { createBusyRetryDialect } from "./sqlite-busy-retry.ts";
import { openWriteAheadLog } from "./write-ahead-log.ts";

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
    dialect: createBusyRetryDialect(connection, openWriteAheadLog(connection, file)),
    types: { text: "text", bytes: "blob" },
  };
}

/** The URL without credentials and parameters, for messages. */
export function withoutPassword(url: string): string {
  if (!URL.canParse(url)) return "of DATABASE_URL";
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}
