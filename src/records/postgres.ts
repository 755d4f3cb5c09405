import { PostgresDialect, sql, type Dialect } from "kysely";
import pg from "pg";
import type { DatabaseKind } from "./tables.ts";
import { createGuardedPool } from "./guarded-pool.ts";

/** Pool size of one process, not counting the connection that probes the database. */
const MAX_CONNECTIONS = 10;
const CONNECT_TIMEOUT_MS = 5_000;
/** Statement timeout of the server, in milliseconds. */
const STATEMENT_TIMEOUT_MS = 30_000;
/** Statement timeout of the client. It is longer, so that a reachable server times out first. */
const QUERY_LIMIT_MS = STATEMENT_TIMEOUT_MS + 2_000;
/** Maximum wait for a row lock, in milliseconds. */
const LOCK_TIMEOUT_MS = 5_000;
/**
 * After this time the server ends an idle transaction, for example of a frozen process, and
 * releases its locks.
 */
const IDLE_IN_TRANSACTION_MS = 10_000;
const INT8: number = pg.types.builtins.INT8;

/** Connects to the PostgreSQL database at a URL. */
export function createPostgres(url: string): Omit<DatabaseKind, "name"> {
  const config = {
    connectionString: url,
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    lock_timeout: LOCK_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    keepAlive: true,
    types: { getTypeParser },
  };
  const pool = createGuardedPool(config, { queryLimitMs: QUERY_LIMIT_MS });
  return {
    dialect: withMigrationLock(new PostgresDialect({ pool })),
    types: { text: sql`text collate "C"`, bytes: "bytea" },
  };
}

/** Removes the lock timeout while waiting for another process to finish its migrations. */
function withMigrationLock(dialect: Dialect): Dialect {
  return {
    createAdapter() {
      const adapter = dialect.createAdapter();
      const acquireMigrationLock: typeof adapter.acquireMigrationLock = async (
        records,
        options,
      ) => {
        await sql`set local lock_timeout = 0`.execute(records);
        await adapter.acquireMigrationLock(records, options);
      };
      return Object.create(adapter, { acquireMigrationLock: { value: acquireMigrationLock } });
    },
    createDriver: () => dialect.createDriver(),
    createIntrospector: (records) => dialect.createIntrospector(records),
    createQueryCompiler: () => dialect.createQueryCompiler(),
  };
}

/** Reads 64-bit integers as numbers: times and counts are below 2^53, and money is selected as text. */
function getTypeParser(oid: number, format?: "text" | "binary") {
  return oid === INT8 ? Number : typeParser(oid, format);
}

function typeParser(oid: number, format: "text" | "binary" | undefined) {
  return format === "binary" ? pg.types.getTypeParser(oid, format) : pg.types.getTypeParser(oid);
}
