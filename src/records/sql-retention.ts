import { sql } from "kysely";
import { RESPONSE_DAYS } from "../responses/types.ts";
import { QUARTER_MS } from "../usage/local-days.ts";
import type { Records } from "./tables.ts";
import { eraseLeftLookups } from "./sql-lookups.ts";
import { createSqlTranscripts } from "./sql-transcripts.ts";
import { databaseTime } from "./dialect.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
/** Days for which daily spend is kept. Only the current day is read. */
const BUDGET_DAYS = 40;
/** Conversations selected and erased per iteration. */
const BATCH = 100;

/** Retention periods in days; undefined keeps the rows. */
export interface Retention {
  readonly transcriptDays: number | undefined;
  readonly ledgerDays: number | undefined;
  readonly versionDays: number | undefined;
  readonly lookupDays: number | undefined;
}

/** Removes expired rows and rows older than their retention period. Idempotent. */
export async function sweepRecords(
  records: Records,
  { transcriptDays, ledgerDays, versionDays, lookupDays }: Retention,
  now: number,
): Promise<void> {
  const before = (days: number) => now - days * DAY_MS;
  await records
    .deleteFrom("idempotency_keys")
    .where("expires_at", "<=", databaseTime(records))
    .execute();
  await records.deleteFrom("responses").where("created_at", "<", before(RESPONSE_DAYS)).execute();
  await records.deleteFrom("budget_holds").where("expires_at", "<=", now).execute();
  const lastDay = new Date(before(BUDGET_DAYS)).toISOString().slice(0, 10);
  await records.deleteFrom("budget_days").where("day", "<", lastDay).execute();
  if (transcriptDays !== undefined) {
    await eraseBefore(records, before(transcriptDays));
    await records.deleteFrom("feedback").where("created_at", "<", before(transcriptDays)).execute();
  }
  if (ledgerDays !== undefined) {
    await removeLedger(records, Math.floor(before(ledgerDays) / QUARTER_MS));
  }
  if (versionDays !== undefined) await removeVersions(records, before(versionDays));
  if (lookupDays !== undefined) await removeLookups(records, before(lookupDays));
  await eraseLeftLookups(records);
}

/** Removes whole 15-minute intervals, so that the ledger and its sums keep agreeing. */
async function removeLedger(records: Records, quarter: number): Promise<void> {
  await records.transaction().execute(async (transaction) => {
    await transaction.deleteFrom("usage_quarters").where("quarter", "<", quarter).execute();
    await transaction
      .deleteFrom("usage")
      .where("created_at", "<", quarter * QUARTER_MS)
      .execute();
  });
}

async function removeLookups(records: Records, time: number): Promise<void> {
  await records.deleteFrom("lookups").where("created_at", "<", time).execute();
  await records.deleteFrom("shadow_runs").where("created_at", "<", time).execute();
}

/** Erases with `now: time`, so that a question asked at this moment is kept. */
async function eraseBefore(records: Records, time: number): Promise<void> {
  const transcripts = createSqlTranscripts(records);
  for (;;) {
    const old = await records
      .selectFrom("conversations")
      .select(["tenant", "id"])
      .where("title", "<>", "")
      .where("updated_at", "<", time)
      .limit(BATCH)
      .execute();
    for (const { tenant, id } of old) {
      await transcripts.erase({ tenant, conversationId: id, now: time });
    }
    if (old.length < BATCH) return;
  }
}

/** The current version is kept, whatever its age. */
async function removeVersions(records: Records, time: number): Promise<void> {
  await records
    .deleteFrom("document_versions")
    .where("created_at", "<", time)
    .where(
      sql<boolean>`version < (select version from documents
        where documents.tenant = document_versions.tenant
        and documents.id = document_versions.document_id)`,
    )
    .execute();
}
