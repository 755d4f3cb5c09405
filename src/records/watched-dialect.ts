import type { CompiledQuery, DatabaseConnection, Dialect, Driver } from "kysely";
import { databaseUnavailable, type DatabaseUnavailable } from "./database-unavailable.ts";

/** Told how each call of the database went: undefined when it answered, else what it cannot do now. */
export type OnDatabaseCall = (trouble: DatabaseUnavailable | undefined) => void;

/** `isAnswer`: false where the database itself was perhaps not asked. */
type Watch = <Value>(work: Promise<Value>, isAnswer?: boolean) => Promise<Value>;

/** A dialect whose calls fail with `DatabaseUnavailable` where the database is away. */
export function createWatchedDialect(dialect: Dialect, onCall: OnDatabaseCall): Dialect {
  const watch: Watch = async (work, isAnswer = true) => {
    try {
      const value = await work;
      if (isAnswer) onCall(undefined);
      return value;
    } catch (error) {
      const trouble = databaseUnavailable(error);
      // A wrong statement is an answer too.
      onCall(trouble);
      throw trouble ?? error;
    }
  };
  return {
    createAdapter: () => dialect.createAdapter(),
    createDriver: () => watchDriver(dialect.createDriver(), watch),
    createIntrospector: (records) => dialect.createIntrospector(records),
    createQueryCompiler: () => dialect.createQueryCompiler(),
  };
}

/** The driver gets its own connections back. */
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
