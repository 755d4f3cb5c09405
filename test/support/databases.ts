import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject, onTestFinished } from "vitest";
import { createOwnDatabase } from "../../scripts/postgres/own-database.ts";
import { openDatabase } from "../../src/records/database.ts";
import type { Records } from "../../src/records/tables.ts";

/** The shared PostgreSQL of all tests. Undefined: its tests are skipped. */
const sharedPostgresUrl: string | undefined = inject("postgresUrls")[0];

/** A database for tests, with locations for `openDatabase`. */
export interface TestDatabase {
  readonly name: string;
  /** Creates an empty location. Removed after the test. */
  makePlace(): Promise<string>;
}

/** Every available kind of database. */
export const testDatabases: readonly TestDatabase[] = [
  { name: "SQLite", makePlace: temporaryFolder },
  ...(sharedPostgresUrl === undefined
    ? []
    : [{ name: "PostgreSQL", makePlace: () => makePostgres(sharedPostgresUrl) }]),
];

/** A temporary folder. Removed after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "reprise-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Opens a new database. Closed after the test. */
export async function openTestDatabase(database: TestDatabase): Promise<Records> {
  const records = await openDatabase(await database.makePlace());
  onTestFinished(() => records.destroy());
  return records;
}

async function makePostgres(server: string): Promise<string> {
  const { url, drop } = await createOwnDatabase(server);
  onTestFinished(drop);
  return url;
}
