import { setTimeout as sleep } from "node:timers/promises";
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  SelectQueryNode,
  SqliteDialect,
} from "kysely";
import type Database from "libsql";
import { withPreparedStatements } from "./prepared-statements.ts";

/** Lets one at a time use something, in the order in which they came. */
export interface Mutex {
  /**
   * @param timeoutMs longest wait, in milliseconds
   * @throws Error with the code `SQLITE_BUSY` after it
   */
  lock(timeoutMs: number): Promise<void>;
  unlock(): void;
}

function createMutex(): Mutex {
  const waiting: (() => void)[] = [];
  let isLocked = false;

  return {
    lock(timeoutMs) {
      if (!isLocked) {
        isLocked = true;
        return Promise.resolve();
      }
      return new Promise((resolve, reject) => {
        const take = () => {
          clearTimeout(late);
          resolve();
        };
        const late = setTimeout(() => {
          waiting.splice(waiting.indexOf(take), 1);
          reject(Object.assign(new Error("another statement is running"), { code: "SQLITE_BUSY" }));
        }, timeoutMs);
        waiting.push(take);
      });
    },
    unlock() {
      const next = waiting.shift();
      if (next === undefined) isLocked = false;
      else next();
    },
  };
}

/** How long a statement waits for others, of this process and of another, in milliseconds. */
const BUSY_TIMEOUT_MS = 5_000;
const RETRY_MS = 5;

/**
 * Kysely's dialect for SQLite, where other processes write to the same file: it waits for them without
 * stopping this process, nor its reads. Every write takes the lock at its begin, because a transaction
 * that has read first could not wait, and because libsql never ends a statement that found the database
 * busy. Migrations are such a transaction, which is their lock: whoever waited finds them done.
 *
 * @param makeDurable brings what was committed to the disk; a write resolves after it
 */
export function createBusyRetryDialect(
  database: Database.Database,
  makeDurable: () => Promise<void>,
): Dialect {
  const dialect = new SqliteDialect({ database: withPreparedStatements(database) });
  return {
    createAdapter: () =>
      Object.create(dialect.createAdapter(), { supportsTransactionalDdl: { value: true } }),
    createDriver: () => {
      const parts = { database, makeDurable, mutex: createMutex() };
      return busyRetryDriver(dialect.createDriver(), parts);
    },
    createIntrospector: (records) => dialect.createIntrospector(records),
    createQueryCompiler: () => dialect.createQueryCompiler(),
  };
}

interface Parts {
  readonly database: Database.Database;
  readonly makeDurable: () => Promise<void>;
  /** Who uses the one connection now. */
  readonly mutex: Mutex;
}

function busyRetryDriver(driver: Driver, parts: Parts): Driver {
  /** Connections in a transaction, which use the one connection until it ends. */
  const begun = new WeakSet<DatabaseConnection>();
  let inner: Promise<DatabaseConnection> | undefined;
  return {
    init: () => driver.init(),
    async acquireConnection() {
      // Never given back: who uses it is seen to here.
      inner ??= driver.acquireConnection();
      return busyRetryConnection(await inner, begun, parts);
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
    destroy: () => driver.destroy(),
  };
}

/** A write that is not in a transaction becomes one. */
function busyRetryConnection(
  inner: DatabaseConnection,
  begun: WeakSet<DatabaseConnection>,
  parts: Parts,
): DatabaseConnection {
  const own: DatabaseConnection = {
    async executeQuery<Row>(query: CompiledQuery) {
      if (begun.has(own)) return inner.executeQuery<Row>(query);
      if (!mayWrite(query)) {
        await parts.mutex.lock(BUSY_TIMEOUT_MS);
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
async function commit({ database, makeDurable, mutex }: Parts): Promise<void> {
  try {
    database.exec("commit");
  } finally {
    if (database.inTransaction) database.exec("rollback");
    mutex.unlock();
  }
  await makeDurable();
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
  const deadline = Date.now() + BUSY_TIMEOUT_MS;
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
