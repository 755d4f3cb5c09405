import type { Config } from "../config.ts";
import type { FeedbackStore } from "../feedback/types.ts";
import type { OwnerRecord } from "../identity/conversation-owners.ts";
import type { IdempotencyStore } from "../idempotency/types.ts";
import type { JobStore } from "../knowledge/job-types.ts";
import type { DocumentStore } from "../knowledge/types.ts";
import type { Health } from "../operations/health.ts";
import type { Logger } from "../operations/logger.ts";
import { startSweeper } from "../operations/sweeper.ts";
import type { Clock } from "../operations/types.ts";
import type { ProfileStore } from "../profiles/types.ts";
import { openDatabase } from "../records/database.ts";
import { createDatabaseState, writeAndRemove } from "../records/database-state.ts";
import { createSqlBudget } from "../records/sql-budget.ts";
import { createSqlConversationOwners } from "../records/sql-conversations.ts";
import { createSqlDocuments } from "../records/sql-documents.ts";
import { createSqlFeedback } from "../records/sql-feedback.ts";
import { createSqlIdempotency } from "../records/sql-idempotency.ts";
import { createSqlJobs } from "../records/sql-jobs.ts";
import { createSqlLedger } from "../records/sql-ledger.ts";
import { createSqlLookups } from "../records/sql-lookups.ts";
import { createSqlPolicies } from "../records/sql-policies.ts";
import { createSqlProfiles } from "../records/sql-profiles.ts";
import { sweepRecords } from "../records/sql-retention.ts";
import { createSqlResponses } from "../records/sql-responses.ts";
import { createSqlShadowRuns } from "../records/sql-shadow-runs.ts";
import { createSqlTranscripts } from "../records/sql-transcripts.ts";
import { createSqlTurns } from "../records/sql-turns.ts";
import type { ResponseStore } from "../responses/types.ts";
import type { Transcripts, TurnStore } from "../transcripts/types.ts";
import type { LookupStore } from "../tuning/lookup-types.ts";
import type { PolicyStore } from "../tuning/policies.ts";
import type { ShadowStore } from "../tuning/shadow-types.ts";
import { UNLIMITED, type Budget } from "../usage/budget.ts";
import type { Ledger } from "../usage/types.ts";

/** How long a budget reservation outlives the deadline of its model call, in milliseconds. */
const HOLD_MARGIN_MS = 60_000;

/** The stores in the database. */
export interface RecordStores {
  readonly documents: DocumentStore;
  readonly jobs: JobStore;
  readonly turns: TurnStore;
  readonly transcripts: Transcripts;
  readonly owners: OwnerRecord;
  readonly ledger: Ledger;
  readonly profiles: ProfileStore;
  readonly idempotency: IdempotencyStore;
  readonly responses: ResponseStore;
  readonly feedback: FeedbackStore;
  readonly budget: Budget;
  readonly policies: PolicyStore;
  readonly lookups: LookupStore;
  readonly shadowRuns: ShadowStore;
  close(): Promise<void>;
}

/** Opens the database, SQLite or PostgreSQL, and its stores. */
export async function composeRecords(
  config: Config,
  now: Clock,
  logger: Logger,
  health: Health,
): Promise<RecordStores> {
  // Policies are polled several times a second, so every outage is noticed at once.
  const state = createDatabaseState({ health, logger, now });
  const records = await openDatabase(config.database, { onCall: state.onCall });
  state.watch(() => writeAndRemove(records));
  const limit = config.dailyBudgetNanoUsd;
  const sweeper = startSweeper({
    sweep: () => sweepRecords(records, config.retention, now()),
    onError: (err) => logger.warn({ err }, "cannot remove expired rows; retrying in an hour"),
  });
  const holdMs = config.chat.timeoutMs + HOLD_MARGIN_MS;
  return {
    documents: createSqlDocuments(records),
    jobs: createSqlJobs(records),
    turns: state.watchTurns(createSqlTurns(records)),
    transcripts: createSqlTranscripts(records),
    owners: createSqlConversationOwners(records),
    ledger: createSqlLedger(records),
    profiles: createSqlProfiles(records),
    policies: createSqlPolicies(records),
    lookups: createSqlLookups(records),
    shadowRuns: createSqlShadowRuns(records),
    idempotency: createSqlIdempotency(records),
    responses: createSqlResponses(records),
    feedback: createSqlFeedback(records),
    budget: limit === undefined ? UNLIMITED : createSqlBudget(records, { limit, holdMs, now }),
    async close() {
      await Promise.all([sweeper.close(), state.close()]);
      await records.destroy();
    },
  };
}
