import type { IngestReport } from "../../knowledge/ingest.ts";
import type { IngestJob, JobFile } from "../../knowledge/job-types.ts";
import type { DocumentSummary, Passage } from "../../knowledge/types.ts";
import type { BodyOf } from "../described-body.ts";
import type {
  documentPassagesSchema,
  documentSummarySchema,
  ingestReportSchema,
  jobSchema,
} from "../schemas/document-schemas.ts";

/** The result of storing a document, with the API's field names. */
export function toReportBody({
  invalidatedAnswers,
  isNew: _isNew,
  ...report
}: IngestReport): BodyOf<typeof ingestReportSchema> {
  return { ...report, invalidated_answers: invalidatedAnswers };
}

/** A job with the API's field names. */
export function toJobBody(job: IngestJob): BodyOf<typeof jobSchema> {
  return {
    id: job.id,
    state: job.state,
    step: job.step,
    progress: { embedded: job.done, to_embed: job.total },
    created_at: new Date(job.createdAt).toISOString(),
    updated_at: new Date(job.updatedAt).toISOString(),
    files: job.files.map(toFileBody),
  };
}

function toFileBody({ file, documentId, report, skipped = [], error }: JobFile) {
  return {
    file,
    document_id: documentId,
    ...(report !== undefined && { report: toReportBody(report) }),
    ...(skipped.length > 0 && { skipped }),
    ...(error !== undefined && { error }),
  };
}

export function toDocumentBody({
  id,
  title,
  source,
  version,
  passages,
  groups,
  createdAt,
  updatedAt,
}: DocumentSummary): BodyOf<typeof documentSummarySchema> {
  return {
    id,
    title,
    source,
    version,
    passages,
    groups: [...groups],
    created_at: new Date(createdAt).toISOString(),
    updated_at: new Date(updatedAt).toISOString(),
  };
}

export function toPassageBody({
  headings,
  text,
  start,
  end,
  lead,
  locator,
}: Passage): BodyOf<typeof documentPassagesSchema>["passages"][number] {
  return {
    headings,
    text,
    start,
    end,
    ...(lead !== undefined && { lead }),
    locator: { ...locator, ...(headings.length > 0 && { headings }) },
  };
}
