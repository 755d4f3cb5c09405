import { setTimeout as sleep } from "node:timers/promises";
import {
  SelectQueryNode,
  SqliteDialect,
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
} from "kysely";
import type Database from "libsql";

/** How long a write waits for another process, in milliseconds. */
const PATIENCE_MS = 5_000;
const RETRY_MS = 5;

/**
 * Kysely's dialect for SQLite, where other processes write to the same file: it waits for them without
 * stopping this process. Every write takes the lock at its begin, because a transaction that has read
 * first could not wait, and because libsql never ends a statement that found the database busy.
 * Migrations are such a transaction, which is their lock: whoever waited finds them done.
 */
export function createPatientSqlite(database: Database.Database): Dialect {
  const dialect = new SqliteDialect({ database });
  return {
    createAdapter: () =>
      Object.create(dialect.createAdapter(), { supportsTransactionalDdl: { value: true } }),
    createDriver: () => patientDriver(dialect.createDriver(), database),
    createIntrospector: (records) => dialect.createIntrospector(records),
    createQueryCompiler: () => dialect.createQueryCompiler(),
  };
}

function patientDriver(driver: Driver, database: Database.Database): Driver {
  return {
    init: () => driver.init(),
    acquireConnection: async () => patientConnection(await driver.acquireConnection(), database),
    beginTransaction: () => takeLock(database),
    commitTransaction: async () => void database.exec("commit"),
    rollbackTransaction: async () => void database.exec("rollback"),
    releaseConnection: (connection) => driver.releaseConnection(connection),
    destroy: () => driver.destroy(),
  };
}

/** A write that is not in a transaction becomes one. */
function patientConnection(
  connection: DatabaseConnection,
  database: Database.Database,
): DatabaseConnection {
  return {
    async executeQuery<Row>(query: CompiledQuery) {
      if (database.inTransaction || !mayWrite(query)) return connection.executeQuery<Row>(query);
      await takeLock(database);
      try {
        const result = await connection.executeQuery<Row>(query);
        database.exec("commit");
        return result;
      } catch (error) {
        if (database.inTransaction) database.exec("rollback");
        throw error;
      }
    },
    streamQuery: (query, chunkSize) => connection.streamQuery(query, chunkSize),
  };
}

function mayWrite({ query, sql }: CompiledQuery): boolean {
  return !SelectQueryNode.is(query) && !/^\s*(?:select|pragma)\b/i.test(sql);
}

async function takeLock(database: Database.Database): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      database.exec("begin immediate");
      return;
    } catch (error) {
      if (!isBusy(error) || Date.now() >= deadline) throw error;
      await sleep(RETRY_MS);
    }
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && "code" in error && String(error.code).startsWith("SQLITE_BUSY");
}
