import { open } from "node:fs/promises";
import type Database from "libsql";

/**
 * Turns the write-ahead log on, and gives what brings the commits in it to the disk. SQLite itself would
 * do that at each commit and stop this process for as long as the disk takes; this way the file system
 * does it beside other work, and whoever waits for the commit still knows that it outlives a power cut.
 *
 * @param file the database's, or `:memory:`
 */
export function openWriteAheadLog(database: Database.Database, file: string): () => Promise<void> {
  // A file system without shared memory has no such log, and SQLite goes on in its own way.
  if (modeOf(database.pragma("journal_mode = WAL")) !== "wal") return async () => {};
  database.pragma("synchronous = NORMAL");
  return async () => {
    const log = await open(`${file}-wal`, "r+");
    try {
      await log.datasync();
    } finally {
      await log.close();
    }
  };
}

function modeOf(rows: unknown): unknown {
  const row: unknown = Array.isArray(rows) ? rows[0] : rows;
  return typeof row === "object" && row !== null && "journal_mode" in row
    ? row.journal_mode
    : undefined;
}
