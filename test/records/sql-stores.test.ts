import { createSqlBudget } from "../../src/records/sql-budget.ts";
import { createSqlIdempotency } from "../../src/records/sql-idempotency.ts";
import { createSqlProfiles } from "../../src/records/sql-profiles.ts";
import { createSqlLookups } from "../../src/records/sql-lookups.ts";
import { createSqlResponses } from "../../src/records/sql-responses.ts";
import { sweepRecords } from "../../src/records/sql-retention.ts";
import { createSqlShadowRuns } from "../../src/records/sql-shadow-runs.ts";
import { createSqlTranscripts } from "../../src/records/sql-transcripts.ts";
import { describeBudget } from "../contracts/budget.ts";
import { describeIdempotency } from "../contracts/idempotency.ts";
import { describeLookupStore } from "../contracts/lookup-store.ts";
import { describeProfileStore } from "../contracts/profile-store.ts";
import { describeResponseStore } from "../contracts/response-store.ts";
import { describeShadowStore } from "../contracts/shadow-store.ts";
import { openTestDatabase, testDatabases } from "../support/databases.ts";

for (const database of testDatabases) {
  describeIdempotency(database.name, async () =>
    createSqlIdempotency(await openTestDatabase(database)),
  );
  describeProfileStore(database.name, async () =>
    createSqlProfiles(await openTestDatabase(database)),
  );
  describeLookupStore(database.name, async () => {
    const records = await openTestDatabase(database);
    return { store: createSqlLookups(records), transcripts: createSqlTranscripts(records) };
  });
  describeShadowStore(database.name, async () => {
    const records = await openTestDatabase(database);
    return { store: createSqlShadowRuns(records), lookups: createSqlLookups(records) };
  });
  describeResponseStore(database.name, async () => {
    const records = await openTestDatabase(database);
    const forever = {
      transcriptDays: undefined,
      ledgerDays: undefined,
      versionDays: undefined,
      lookupDays: undefined,
    };
    return {
      store: createSqlResponses(records),
      transcripts: createSqlTranscripts(records),
      sweep: (now) => sweepRecords(records, forever, now),
    };
  });
  describeBudget(database.name, async (clock) => {
    const records = await openTestDatabase(database);
    const make = () =>
      createSqlBudget(records, { limit: 1_000n, holdMs: 60_000, now: () => clock.time });
    return { budget: make(), replica: make() };
  });
}
