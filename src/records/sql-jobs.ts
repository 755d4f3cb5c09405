import { z } from "zod";
import {
  jobFileSchema,
  jobStates,
  jobSteps,
  type IngestJob,
  type JobStore,
} from "../knowledge/job-types.ts";
import type { Records, Tables } from "./tables.ts";

const filesSchema = z.array(jobFileSchema);
const stateSchema = z.enum(jobStates);
const stepSchema = z.enum(jobSteps);
const ENDED = ["done", "failed", "cancelled"];

/** Document ingestion jobs in the database. */
export function createSqlJobs(records: Records): JobStore {
  return {
    async put(job) {
      await records
        .insertInto("document_jobs")
        .values({ ...toRow(job), tenant: job.tenant, id: job.id, cancel_requested: 0 })
        .execute();
    },
    async update(job) {
      const row = await records
        .updateTable("document_jobs")
        .set(toRow(job))
        .where("tenant", "=", job.tenant)
        .where("id", "=", job.id)
        // A note that another connection brings late undoes no end.
        .where("state", "not in", ENDED)
        .returning("cancel_requested")
        .executeTakeFirst();
      return { isCancelRequested: row?.cancel_requested === 1 };
    },
    async get({ tenant, id }) {
      const row = await records
        .selectFrom("document_jobs")
        .selectAll()
        .where("tenant", "=", tenant)
        .where("id", "=", id)
        .executeTakeFirst();
      return row === undefined ? undefined : toJob(row);
    },
    async requestCancel({ tenant, id }) {
      const updated = await records
        .updateTable("document_jobs")
        .set({ cancel_requested: 1 })
        .where("tenant", "=", tenant)
        .where("id", "=", id)
        .where("state", "not in", ENDED)
        .executeTakeFirst();
      return updated.numUpdatedRows > 0n;
    },
    async removeEndedBefore(time) {
      await records.deleteFrom("document_jobs").where("updated_at", "<", time).execute();
    },
  };
}

function toRow({ state, step, done, total, createdAt, updatedAt, files }: IngestJob) {
  return {
    state,
    step,
    done,
    total,
    created_at: createdAt,
    updated_at: updatedAt,
    files: JSON.stringify(files),
  };
}

function toJob(row: Tables["document_jobs"]): IngestJob {
  return {
    tenant: row.tenant,
    id: row.id,
    state: stateSchema.parse(row.state),
    step: stepSchema.parse(row.step),
    done: row.done,
    total: row.total,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    files: filesSchema.parse(JSON.parse(row.files)),
  };
}
