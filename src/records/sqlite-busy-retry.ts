import { setTimeout as sleep } from "node:timers/promises";
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  SelectQueryNode,
  type SqliteDatabase,
  SqliteDialect,
} from "kysely";
import type Database from "libsql";

/** SQLite's write-ahead log. */
export interface WriteAheadLog {
  /** Resolves when all earlier commits are on disk. */
  syncToDisk(): Promise<void>;
  /**
   * Writes the log into the database file and removes it, so that a stopped service leaves one file. While another
   * process has the file open, or the disk is full, the log stays.
   */
  checkpoint(): void;
}

/** A first-in-first-out lock. */
export interface Mutex {
  /**
   * @param timeoutMs maximum wait, in milliseconds
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
          reject(
            Object.assign(new Error("another statement held the connection for too long"), {
              code: "SQLITE_BUSY",
            }),
          );
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

/** Maximum wait of a statement for other statements, in this process and others, in milliseconds. */
const BUSY_TIMEOUT_MS = 5_000;
const RETRY_MS = 5;

/**
 * Kysely's SQLite dialect with retries while another process holds the write lock. Retries are
 * asynchronous, so neither this process nor its reads block. Every write starts with `begin
 * immediate`: a transaction that has already read cannot wait for the lock, and libsql never
 * finishes a statement that found the database busy. Migrations run in such a transaction, so a
 * waiting process finds them done.
 *
 * @param log syncs committed data to disk; a write resolves after it
 * @param statements prepares the statements of this database
 */
export function createBusyRetryDialect(
  database: Database.Database,
  log: WriteAheadLog,
  statements: SqliteDatabase = database,
): Dialect {
  const dialect = new SqliteDialect({ database: statements });
  return {
    createAdapter: () =>
      Object.create(dialect.createAdapter(), { supportsTransactionalDdl: { value: true } }),
    createDriver: () => {
      const parts = { database, log, mutex: createMutex(), syncing: new Set<Promise<void>>() };
      return busyRetryDriver(dialect.createDriver(), parts);
    },
    createIntrospector: (records) => dialect.createIntrospector(records),
    createQueryCompiler: () => dialect.createQueryCompiler(),
  };
}

interface Parts {
  readonly database: Database.Database;
  readonly log: WriteAheadLog;
  /** Commits that are not on disk yet. */
  readonly syncing: Set<Promise<void>>;
  /** Held by the current user of the only connection. */
  readonly mutex: Mutex;
}

function busyRetryDriver(driver: Driver, parts: Parts): Driver {
  /** Connections with an open transaction. They hold the mutex until it ends. */
  const begun = new WeakSet<DatabaseConnection>();
  let inner: Promise<DatabaseConnection> | undefined;
  return {
    init: () => driver.init(),
    async acquireConnection() {
      // Never released: the mutex controls access to the only connection.
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
      // After a failed commit the transaction is already rolled back.
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

/** Checkpoints the write-ahead log once all writes have ended. */
async function end({ database, log, mutex, syncing }: Parts): Promise<void> {
  await mutex.lock(BUSY_TIMEOUT_MS);
  try {
    await Promise.allSettled(syncing);
    if (database.open) log.checkpoint();
  } finally {
    mutex.unlock();
  }
}

/** A connection that wraps each write outside a transaction in one of its own. */
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

/**
 * Commits and releases the mutex, then waits until the data is on disk. Other statements do not
 * wait for the disk.
 */
async function commit({ database, log, mutex, syncing }: Parts): Promise<void> {
  try {
    database.exec("commit");
  } finally {
    if (database.inTransaction) database.exec("rollback");
    mutex.unlock();
  }
  const written = log.syncToDisk();
  syncing.add(written);
  try {
    await written;
  } finally {
    syncing.delete(written);
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

/**
 * Takes the write lock. The mutex is released between attempts, so reads continue while another
 * process holds the lock.
 */
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
