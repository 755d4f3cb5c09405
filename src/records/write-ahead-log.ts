import { open } from "node:fs/promises";
import type Database from "libsql";

/**
 * Enables WAL mode and returns a function that syncs committed data to disk. SQLite's own sync
 * would block this process's event loop; `datasync` runs in the thread pool. A commit that has been
 * synced survives a power cut.
 *
 * @param file path of the database file, or `:memory:`
 */
export function openWriteAheadLog(database: Database.Database, file: string): () => Promise<void> {
  // WAL needs shared memory. Without it, SQLite keeps its default journal and syncs each commit
  // itself.
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
