import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject, onTestFinished } from "vitest";
import { createOwnDatabase } from "../../scripts/postgres/own-database.ts";
import { openDatabase, type Records } from "../../src/records/database.ts";

/** The PostgreSQL that all tests share, or undefined: then its tests skip. */
const sharedPostgresUrl: string | undefined = inject("postgresUrls")[0];

/** A database that a test may fill, and its place for `openDatabase`. */
export interface TestDatabase {
  readonly name: string;
  /** A place where nothing is yet; removed when the test has ended. */
  makePlace(): Promise<string>;
}

/** Every kind of database there is on this machine. */
export const testDatabases: readonly TestDatabase[] = [
  { name: "SQLite", makePlace: temporaryFolder },
  ...(sharedPostgresUrl === undefined
    ? []
    : [{ name: "PostgreSQL", makePlace: () => makePostgres(sharedPostgresUrl) }]),
];

/** A folder that is removed when the test has ended. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "reprise-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A new database, opened; closed when the test has ended. */
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
