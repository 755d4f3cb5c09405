import { PostgresDialect, sql, type Dialect } from "kysely";
import pg from "pg";
import type { DatabaseKind } from "./dialect.ts";
import { createGuardedPool } from "./guarded-pool.ts";

/** Connections of one process, beside one that asks whether the database is there. */
const MAX_CONNECTIONS = 10;
const CONNECT_TIMEOUT_MS = 5_000;
/** Longest statement, in milliseconds. */
const STATEMENT_TIMEOUT_MS = 30_000;
/** The same on this side: a server that is there ends the statement first. */
const QUERY_LIMIT_MS = STATEMENT_TIMEOUT_MS + 2_000;
/** Longest wait for a row that another transaction holds. */
const LOCK_TIMEOUT_MS = 5_000;
/** A process that stops in the middle of a transaction gives its rows free after this. */
const IDLE_IN_TRANSACTION_MS = 10_000;
const INT8: number = pg.types.builtins.INT8;

/** The PostgreSQL database at an address. */
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

/** Whoever waits for another process's migrations waits for all of them. */
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

/** Times and counts are far below 2^53; money is read as text. */
function getTypeParser(oid: number, format?: "text" | "binary") {
  return oid === INT8 ? Number : typeParser(oid, format);
}

function typeParser(oid: number, format: "text" | "binary" | undefined) {
  return format === "binary" ? pg.types.getTypeParser(oid, format) : pg.types.getTypeParser(oid);
}
