import { open } from "node:fs/promises";
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

/**
 * Enables WAL mode. SQLite's own sync
 * would block this process's event loop; `syncToDisk` runs in the thread pool. A commit that has been
 * synced survives a power cut.
 *
 * @param file path of the database file, or `:memory:`
 */
export function openWriteAheadLog(database: Database.Database, file: string): WriteAheadLog {
  // WAL needs shared memory. Without it, SQLite keeps its default journal and syncs each commit itself.
  if (modeOf(database.pragma("journal_mode = WAL")) !== "wal") {
    return { syncToDisk: async () => {}, checkpoint: () => {} };
  }
  database.pragma("synchronous = NORMAL");
  return {
    async syncToDisk() {
      const log = await open(`${file}-wal`, "r+");
      try {
        await log.datasync();
      } finally {
        await log.close();
      }
    },
    checkpoint() {
      // libsql keeps the log when it closes. FULL: the checkpoint itself is synced to disk.
      database.pragma("synchronous = FULL");
      try {
        database.pragma("wal_checkpoint(TRUNCATE)");
        database.pragma("journal_mode = DELETE");
      } catch {
        // The next start reads the log.
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
