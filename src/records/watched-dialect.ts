import type { CompiledQuery, DatabaseConnection, Dialect, Driver } from "kysely";
import { databaseUnavailable, type DatabaseUnavailable } from "./database-unavailable.ts";

/** Called after each database call: `undefined` if it succeeded, else why the database is unavailable. */
export type OnDatabaseCall = (error: DatabaseUnavailable | undefined) => void;

/** `isAnswer` is false for calls that may succeed without contacting the database. */
type Watch = <Value>(work: Promise<Value>, isAnswer?: boolean) => Promise<Value>;

/**
 * Wraps a dialect. Its calls throw `DatabaseUnavailable` when the database is unreachable, read-only or busy.
 */
export function createWatchedDialect(dialect: Dialect, onCall: OnDatabaseCall): Dialect {
  const watch: Watch = async (work, isAnswer = true) => {
    try {
      const value = await work;
      if (isAnswer) onCall(undefined);
      return value;
    } catch (error) {
      const unavailable = databaseUnavailable(error);
      // A rejected statement also shows that the database is reachable.
      onCall(unavailable);
      throw unavailable ?? error;
    }
  };
  return {
    createAdapter: () => dialect.createAdapter(),
    createDriver: () => watchDriver(dialect.createDriver(), watch),
    createIntrospector: (records) => dialect.createIntrospector(records),
    createQueryCompiler: () => dialect.createQueryCompiler(),
  };
}

/** Maps each wrapped connection back to the driver's own. */
function watchDriver(driver: Driver, watch: Watch): Driver {
  const inner = new WeakMap<DatabaseConnection, DatabaseConnection>();
  const own = (connection: DatabaseConnection) => inner.get(connection) ?? connection;
  return {
    init: () => driver.init(),
    async acquireConnection() {
      const connection = await watch(driver.acquireConnection(), false);
      const watched = watchConnection(connection, watch);
      inner.set(watched, connection);
      return watched;
    },
    beginTransaction: (connection, settings) =>
      watch(driver.beginTransaction(own(connection), settings)),
    commitTransaction: (connection) => watch(driver.commitTransaction(own(connection))),
    rollbackTransaction: (connection) => watch(driver.rollbackTransaction(own(connection))),
    releaseConnection: (connection) => driver.releaseConnection(own(connection)),
    destroy: () => driver.destroy(),
  };
}

function watchConnection(connection: DatabaseConnection, watch: Watch): DatabaseConnection {
  return {
    executeQuery: <Row>(query: CompiledQuery) => watch(connection.executeQuery<Row>(query)),
    streamQuery: (query, chunkSize) => connection.streamQuery(query, chunkSize),
  };
}
