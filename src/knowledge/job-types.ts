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

/** Result for one file. */
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

/** A document that is being stored. */
export interface IngestJob {
  readonly tenant: string;
  readonly id: string;
  readonly state: (typeof jobStates)[number];
  readonly step: (typeof jobSteps)[number];
  /** Passages embedded, and passages to embed; 0 of 0 if unknown. */
  readonly done: number;
  readonly total: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly files: readonly JobFile[];
}

/** The work of a job. */
export interface JobWork {
  readonly file: string | null;
  readonly documentId: string;
  /** Bytes in memory until the job runs. */
  readonly bytes: number;
  /** @throws RepriseError if the file cannot be read */
  read(): Promise<{ document: DocumentInput; skipped: readonly SkippedPart[] }>;
}

/** Identifies a job. */
export interface JobKey {
  readonly tenant: string;
  readonly id: string;
}

/** Stores documents asynchronously. */
export interface DocumentJobs {
  /** @throws RepriseError `overloaded` if too many bytes are waiting */
  start(tenant: string, work: JobWork): Promise<IngestJob>;
  get(key: JobKey): Promise<IngestJob | undefined>;
  /** Cancels a job. A job that already writes is completed; an ended job is unchanged. */
  cancel(key: JobKey): Promise<void>;
  /** Ends running jobs as failed. */
  close(): Promise<void>;
}

/** Database of jobs. */
export interface JobStore {
  put(job: IngestJob): Promise<void>;
  /** Writes the job's state. Returns whether a cancellation was requested. */
  update(job: IngestJob): Promise<{ isCancelRequested: boolean }>;
  get(key: JobKey): Promise<IngestJob | undefined>;
  /** Returns false if the job does not exist or has ended. */
  requestCancel(key: JobKey): Promise<boolean>;
  removeEndedBefore(time: number): Promise<void>;
}

/** Error of jobs that were interrupted. */
export const INTERRUPTED = new RepriseError(
  "stopped",
  "The process that ran the job has ended; send the file again.",
);

/** Whether a job has ended. */
export function isEnded({ state }: Pick<IngestJob, "state">): boolean {
  return state === "done" || state === "failed" || state === "cancelled";
}

/** Error for the client. Messages of unknown errors are not exposed. */
export function toJobError(error: unknown): NonNullable<JobFile["error"]> {
  if (error instanceof RepriseError) {
    return { code: error.code, message: error.message, status: error.status };
  }
  const message = "The document could not be stored. Send it again.";
  return { code: "internal_error", message, status: 500 };
}
