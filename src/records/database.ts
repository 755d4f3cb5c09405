import { Kysely, Migrator, sql, type Migration } from "kysely";
import { unusableSetting } from "../errors.ts";
import { chooseDatabase, isPostgres, withoutPassword } from "./dialect.ts";
import type { ColumnTypes, DatabaseKind, Records, Tables } from "./tables.ts";
import { createDocuments } from "./migrations/0001-documents.ts";
import { createRecords } from "./migrations/0002-records.ts";
import { createUsageQuarters } from "./migrations/0003-usage-quarters.ts";
import { createLookups } from "./migrations/0004-lookups.ts";
import { createShadowRuns } from "./migrations/0005-shadow-runs.ts";
import { createConversationUsers } from "./migrations/0006-conversation-users.ts";
import { createOwners } from "./migrations/0007-owners.ts";
import { splitQuarters } from "./migrations/0008-quarter-parts.ts";
import { addDocumentPlaces } from "./migrations/0009-document-places.ts";
import { createDocumentJobs } from "./migrations/0010-document-jobs.ts";
import { createResponses } from "./migrations/0011-responses.ts";
import { addDocumentGroups } from "./migrations/0012-document-groups.ts";
import { addVersionPlaces } from "./migrations/0013-version-places.ts";
import { addFeedbackReview } from "./migrations/0014-feedback-review.ts";
import { DatabaseUnavailable } from "./database-unavailable.ts";
import { createWatchedDialect, type OnDatabaseCall } from "./database-state.ts";

/** Run in the order of their names. A released migration must not change. */
const MIGRATIONS: Readonly<Record<string, (types: ColumnTypes) => Migration>> = {
  "0001-documents": createDocuments,
  "0002-records": createRecords,
  "0003-usage-quarters": createUsageQuarters,
  "0004-lookups": createLookups,
  "0005-shadow-runs": createShadowRuns,
  "0006-conversation-users": createConversationUsers,
  "0007-owners": createOwners,
  "0008-quarter-parts": splitQuarters,
  "0009-document-places": addDocumentPlaces,
  "0010-document-jobs": createDocumentJobs,
  "0011-responses": createResponses,
  "0012-document-groups": addDocumentGroups,
  "0013-version-places": addVersionPlaces,
  "0014-feedback-review": addFeedbackReview,
};

/**
 * Opens the database and runs its migrations under a lock, for which other processes wait.
 *
 * @param place a folder for SQLite, `:memory:`, or a `postgres://` URL
 * @param options `upTo` stops after the migration of this name; `onCall` receives the outcome of
 * each call
 * @throws ConfigError when the database cannot be opened
 * @throws Error when a migration fails
 */
export async function openDatabase(
  place: string,
  options: { upTo?: string; onCall?: OnDatabaseCall } = {},
): Promise<Records> {
  const { kind, records } = await connect(place, options.onCall ?? (() => {}));
  const { name, types } = kind;
  const migrations = Object.entries(MIGRATIONS).map(([key, make]): [string, Migration] => [
    key,
    make(types),
  ]);
  const migrator = new Migrator({
    db: records,
    provider: { getMigrations: async () => Object.fromEntries(migrations) },
  });
  const { error } =
    options.upTo === undefined
      ? await migrator.migrateToLatest()
      : await migrator.migrateTo(options.upTo);
  if (error !== undefined) {
    await records.destroy();
    throw new Error(`migrations of the database ${name} failed`, { cause: error });
  }
  return records;
}

/** Opens the database and runs a test query, to tell an unusable setting from a failed migration. */
async function connect(
  place: string,
  onCall: OnDatabaseCall,
): Promise<{ kind: DatabaseKind; records: Records }> {
  try {
    const kind = await chooseDatabase(place);
    const records = new Kysely<Tables>({ dialect: createWatchedDialect(kind.dialect, onCall) });
    await sql`select 1`.execute(records).catch(async (error: unknown) => {
      await records.destroy();
      throw error;
    });
    return { kind, records };
  } catch (error) {
    const cause = error instanceof DatabaseUnavailable ? error.cause : error;
    throw isPostgres(place)
      ? unusableSetting("DATABASE_URL", `${withoutPassword(place)} cannot be reached`, cause)
      : unusableSetting("DATA_DIR", `${place} cannot be used`, cause);
  }
}
