import { open } from "node:fs/promises";
import type Database from "libsql";

/** How commits get to the disk. */
export interface WriteAheadLog {
  /** Resolves when what was committed before is on the disk. */
  makeDurable(): Promise<void>;
  /**
   * Brings the log into the database's file and removes it, so that the file alone is the record. While
   * another process has the file open, or the disk is full, the log stays for the next one to read.
   */
  fold(): void;
}

/**
 * Turns the write-ahead log on, and gives what brings the commits in it to the disk. SQLite itself would
 * do that at each commit and stop this process for as long as the disk takes; this way the file system
 * does it beside other work, and whoever waits for the commit still knows that it outlives a power cut.
 *
 * @param file the database's, or `:memory:`
 */
export function openWriteAheadLog(database: Database.Database, file: string): WriteAheadLog {
  // A file system without shared memory has no such log, and SQLite goes on in its own way.
  if (modeOf(database.pragma("journal_mode = WAL")) !== "wal") {
    return { makeDurable: async () => {}, fold: () => {} };
  }
  database.pragma("synchronous = NORMAL");
  return {
    async makeDurable() {
      const log = await open(`${file}-wal`, "r+");
      try {
        await log.datasync();
      } finally {
        await log.close();
      }
    },
    fold() {
      // libsql leaves the log where it is when it closes. What is folded in has to be on the disk as well.
      database.pragma("synchronous = FULL");
      try {
        database.pragma("wal_checkpoint(TRUNCATE)");
        database.pragma("journal_mode = DELETE");
      } catch {
        // What is in the log is read from it.
      }
    },
  };
}

function modeOf(rows: unknown): unknown {
  const row: unknown = Array.isArray(rows) ? rows[0] : rows;
  return typeof row === "object" && row !== null && "journal_mode" in row
    ? row.journal_mode
    : undefined;
}
