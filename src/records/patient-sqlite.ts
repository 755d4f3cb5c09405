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
 *
 * @param makeDurable brings what was committed to the disk; a write resolves after it
 */
export function createPatientSqlite(
  database: Database.Database,
  makeDurable: () => Promise<void>,
): Dialect {
  const dialect = new SqliteDialect({ database });
  return {
    createAdapter: () =>
      Object.create(dialect.createAdapter(), { supportsTransactionalDdl: { value: true } }),
    createDriver: () => patientDriver(dialect.createDriver(), { database, makeDurable }),
    createIntrospector: (records) => dialect.createIntrospector(records),
    createQueryCompiler: () => dialect.createQueryCompiler(),
  };
}

interface Parts {
  readonly database: Database.Database;
  readonly makeDurable: () => Promise<void>;
}

function patientDriver(driver: Driver, parts: Parts): Driver {
  const { database } = parts;
  return {
    init: () => driver.init(),
    acquireConnection: async () => patientConnection(await driver.acquireConnection(), parts),
    beginTransaction: () => takeLock(database),
    commitTransaction: () => commit(parts),
    rollbackTransaction: async () => rollBack(database),
    releaseConnection: (connection) => driver.releaseConnection(connection),
    destroy: () => driver.destroy(),
  };
}

/** A write that is not in a transaction becomes one. */
function patientConnection(connection: DatabaseConnection, parts: Parts): DatabaseConnection {
  const { database } = parts;
  return {
    async executeQuery<Row>(query: CompiledQuery) {
      if (database.inTransaction || !mayWrite(query)) return connection.executeQuery<Row>(query);
      await takeLock(database);
      try {
        const result = await connection.executeQuery<Row>(query);
        await commit(parts);
        return result;
      } catch (error) {
        rollBack(database);
        throw error;
      }
    },
    streamQuery: (query, chunkSize) => connection.streamQuery(query, chunkSize),
  };
}

async function commit({ database, makeDurable }: Parts): Promise<void> {
  database.exec("commit");
  await makeDurable();
}

/** A commit that did not get to the disk is done all the same: nothing is left to take back. */
function rollBack(database: Database.Database): void {
  if (database.inTransaction) database.exec("rollback");
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
