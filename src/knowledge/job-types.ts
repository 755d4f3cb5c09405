import { z } from "zod";
import { RepriseError } from "../errors.ts";
import type { SkippedPart } from "./read/types.ts";
import type { DocumentInput } from "./types.ts";

export const jobStates = ["queued", "running", "done", "failed", "cancelled"] as const;
export const jobSteps = ["waiting", "reading", "embedding", "ended"] as const;

const reportSchema = z.object({
  id: z.string(),
  isNew: z.boolean(),
  version: z.number(),
  passages: z.number(),
  embedded: z.number(),
  reused: z.number(),
  removed: z.number(),
  invalidatedAnswers: z.number(),
});

/** What became of one file. */
export const jobFileSchema = z.object({
  file: z.string().nullable(),
  documentId: z.string(),
  report: reportSchema.optional(),
  skipped: z
    .array(z.object({ file: z.string(), reason: z.string() }))
    .readonly()
    .optional(),
  error: z.object({ code: z.string(), message: z.string(), status: z.number() }).optional(),
});
export type JobFile = z.infer<typeof jobFileSchema>;

/** A document on its way in. */
export interface IngestJob {
  readonly tenant: string;
  readonly id: string;
  readonly state: (typeof jobStates)[number];
  readonly step: (typeof jobSteps)[number];
  /** Passages embedded, of those that must be; 0 of 0 where that is not known. */
  readonly done: number;
  readonly total: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly files: readonly JobFile[];
}

/** What a job does. */
export interface JobWork {
  readonly file: string | null;
  readonly documentId: string;
  /** What it holds in memory until it runs. */
  readonly bytes: number;
  /** @throws RepriseError where the file cannot be read */
  read(): Promise<{ document: DocumentInput; skipped: readonly SkippedPart[] }>;
}

/** Which job of which tenant. */
export interface JobKey {
  readonly tenant: string;
  readonly id: string;
}

/** Documents that are stored behind the reply. */
export interface DocumentJobs {
  /** @throws RepriseError `overloaded` where too much waits */
  start(tenant: string, work: JobWork): Promise<IngestJob>;
  get(key: JobKey): Promise<IngestJob | undefined>;
  /** A job that has begun to be written is finished; one that has ended is as it was. */
  cancel(key: JobKey): Promise<void>;
  /** Running jobs end as failed. */
  close(): Promise<void>;
}

/** The record of jobs. */
export interface JobStore {
  put(job: IngestJob): Promise<void>;
  /** Writes the job's state; says whether somebody has asked to cancel it. */
  update(job: IngestJob): Promise<{ isCancelRequested: boolean }>;
  get(key: JobKey): Promise<IngestJob | undefined>;
  /** False where there is no such job, or it has ended. */
  requestCancel(key: JobKey): Promise<boolean>;
  removeEndedBefore(time: number): Promise<void>;
}

/** Why jobs fail that nobody has cancelled and that had no fault. */
export const INTERRUPTED = new RepriseError(
  "stopped",
  "The process that ran the job has ended; send the file again.",
);

/** Whether nothing more happens to a job. */
export function isEnded({ state }: Pick<IngestJob, "state">): boolean {
  return state === "done" || state === "failed" || state === "cancelled";
}

/** What a reader is told; unknown errors keep their text to themselves. */
export function toJobError(error: unknown): NonNullable<JobFile["error"]> {
  if (error instanceof RepriseError) {
    return { code: error.code, message: error.message, status: error.status };
  }
  const message = "The document could not be stored. Send it again.";
  return { code: "internal_error", message, status: 500 };
}
