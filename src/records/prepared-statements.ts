import { LRUCache } from "lru-cache";
import type { SqliteDatabase, SqliteStatement } from "kysely";

/** Statements that are kept; those of a turn are the same each time. */
const KEPT = 200;

/**
 * A database that prepares each statement once: that takes longer than most statements run. A statement that
 * has failed is prepared anew, since libsql may never end it. One that is read row by row is never shared.
 */
export function withPreparedStatements(database: SqliteDatabase): SqliteDatabase {
  const kept = new LRUCache<string, SqliteStatement>({ max: KEPT });
  const prepare = (sql: string) => {
    const statement = database.prepare(sql);
    const { reader } = statement;
    const run = <Result>(work: () => Result): Result => {
      try {
        return work();
      } catch (error) {
        kept.delete(sql);
        throw error;
      }
    };
    return {
      reader,
      all: (parameters: readonly unknown[]) => run(() => statement.all(parameters)),
      run: (parameters: readonly unknown[]) => run(() => statement.run(parameters)),
      iterate: (parameters: readonly unknown[]) => database.prepare(sql).iterate(parameters),
    };
  };
  return {
    prepare(sql) {
      const known = kept.get(sql);
      if (known !== undefined) return known;
      const statement = prepare(sql);
      kept.set(sql, statement);
      return statement;
    },
    close() {
      kept.clear();
      database.close();
    },
  };
}
