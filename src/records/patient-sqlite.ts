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
import { createMutex, type Mutex } from "./mutex.ts";
import type { WriteAheadLog } from "./write-ahead-log.ts";

/** How long a statement waits for others, of this process and of another, in milliseconds. */
const PATIENCE_MS = 5_000;
const RETRY_MS = 5;

/**
 * Kysely's dialect for SQLite, where other processes write to the same file: it waits for them without
 * stopping this process, nor its reads. Every write takes the lock at its begin, because a transaction
 * that has read first could not wait, and because libsql never ends a statement that found the database
 * busy. Migrations are such a transaction, which is their lock: whoever waited finds them done.
 *
 * @param log brings what was committed to the disk; a write resolves after it
 */
export function createPatientSqlite(database: Database.Database, log: WriteAheadLog): Dialect {
  const dialect = new SqliteDialect({ database });
  return {
    createAdapter: () =>
      Object.create(dialect.createAdapter(), { supportsTransactionalDdl: { value: true } }),
    createDriver: () => {
      const parts = { database, log, mutex: createMutex(), onTheirWay: new Set<Promise<void>>() };
      return patientDriver(dialect.createDriver(), parts);
    },
    createIntrospector: (records) => dialect.createIntrospector(records),
    createQueryCompiler: () => dialect.createQueryCompiler(),
  };
}

interface Parts {
  readonly database: Database.Database;
  readonly log: WriteAheadLog;
  /** Commits that are not on the disk yet. */
  readonly onTheirWay: Set<Promise<void>>;
  /** Who uses the one connection now. */
  readonly mutex: Mutex;
}

function patientDriver(driver: Driver, parts: Parts): Driver {
  /** Connections in a transaction, which use the one connection until it ends. */
  const begun = new WeakSet<DatabaseConnection>();
  let inner: Promise<DatabaseConnection> | undefined;
  return {
    init: () => driver.init(),
    async acquireConnection() {
      // Never given back: who uses it is seen to here.
      inner ??= driver.acquireConnection();
      return patientConnection(await inner, begun, parts);
    },
    async beginTransaction(connection) {
      await takeLock(parts);
      begun.add(connection);
    },
    async commitTransaction(connection) {
      begun.delete(connection);
      await commit(parts);
    },
    async rollbackTransaction(connection) {
      // A commit that failed has been taken back already.
      if (begun.delete(connection)) rollBack(parts);
    },
    async releaseConnection(connection) {
      if (begun.delete(connection)) rollBack(parts);
    },
    async destroy() {
      await end(parts);
      await driver.destroy();
    },
  };
}

/** The log is folded in once nothing is written any more. */
async function end({ database, log, mutex, onTheirWay }: Parts): Promise<void> {
  await mutex.lock(PATIENCE_MS);
  try {
    await Promise.allSettled(onTheirWay);
    if (database.open) log.fold();
  } finally {
    mutex.unlock();
  }
}

/** A write that is not in a transaction becomes one. */
function patientConnection(
  inner: DatabaseConnection,
  begun: WeakSet<DatabaseConnection>,
  parts: Parts,
): DatabaseConnection {
  const own: DatabaseConnection = {
    async executeQuery<Row>(query: CompiledQuery) {
      if (begun.has(own)) return inner.executeQuery<Row>(query);
      if (!mayWrite(query)) {
        await parts.mutex.lock(PATIENCE_MS);
        try {
          return await inner.executeQuery<Row>(query);
        } finally {
          parts.mutex.unlock();
        }
      }
      await takeLock(parts);
      let result;
      try {
        result = await inner.executeQuery<Row>(query);
      } catch (error) {
        rollBack(parts);
        throw error;
      }
      await commit(parts);
      return result;
    },
    streamQuery: (query, chunkSize) => inner.streamQuery(query, chunkSize),
  };
  return own;
}

/** Others may go on as soon as it is committed; whoever wrote knows that it outlives a power cut. */
async function commit({ database, log, mutex, onTheirWay }: Parts): Promise<void> {
  try {
    database.exec("commit");
  } finally {
    if (database.inTransaction) database.exec("rollback");
    mutex.unlock();
  }
  const writing = log.makeDurable();
  onTheirWay.add(writing);
  try {
    await writing;
  } finally {
    onTheirWay.delete(writing);
  }
}

function rollBack({ database, mutex }: Parts): void {
  try {
    if (database.inTransaction) database.exec("rollback");
  } finally {
    mutex.unlock();
  }
}

function mayWrite({ query, sql }: CompiledQuery): boolean {
  return !SelectQueryNode.is(query) && !/^\s*(?:select|pragma)\b/i.test(sql);
}

/** While another process has the lock, the connection is free for reads. */
async function takeLock({ database, mutex }: Parts): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    await mutex.lock(deadline - Date.now());
    try {
      database.exec("begin immediate");
      return;
    } catch (error) {
      mutex.unlock();
      if (!isBusy(error) || Date.now() >= deadline) throw error;
    }
    await sleep(RETRY_MS);
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && "code" in error && String(error.code).startsWith("SQLITE_BUSY");
}
