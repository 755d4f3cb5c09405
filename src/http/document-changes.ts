import type { Response } from "express";
import { RepriseError } from "../errors.ts";
import type { JobWork } from "../knowledge/job-types.ts";
import { previewPut, previewRemove } from "../knowledge/preview-change.ts";
import type { SkippedPart } from "../knowledge/read/types.ts";
import type { DocumentInput } from "../knowledge/types.ts";
import { clientSignal } from "./event-stream.ts";
import { toJobBody, toReportBody } from "./formats/document-format.ts";
import { principalOf } from "./request-context.ts";
import type { DocumentChangeQuery } from "./schemas/document-schemas.ts";
import type { HttpDependencies } from "./types.ts";

/** Stores and removes documents, or says what that would do: with `dry_run` nothing is changed. */
export function documentChanges(dependencies: HttpDependencies) {
  const { documents, ingest, jobs, reader, embedderId, entries } = dependencies;
  const preview = {
    documents,
    reader,
    embedderId,
    countAnswersOf: (key: { tenant: string; documentId: string }) => entries.count(key),
  };

  return {
    /** Stores a document behind the reply. */
    async startJob(work: JobWork, response: Response): Promise<void> {
      const job = await jobs.start(principalOf(response).tenant, work);
      response
        .status(202)
        .location(`/v1/jobs/${job.id}`)
        .json({ job: toJobBody(job) });
    },

    async put(
      document: DocumentInput,
      { dry_run: isDryRun }: DocumentChangeQuery,
      response: Response,
      skipped: readonly SkippedPart[] = [],
    ): Promise<void> {
      const { tenant } = principalOf(response);
      const report = isDryRun
        ? await previewPut({ tenant, document }, preview)
        : await ingest.put({ tenant, document, signal: clientSignal(response) });
      response.status(report.isNew && !isDryRun ? 201 : 200).json({
        ...toReportBody(report),
        ...(isDryRun && { dry_run: true }),
        ...(skipped.length > 0 && { skipped }),
      });
    },

    async remove(
      id: string,
      { dry_run: isDryRun }: DocumentChangeQuery,
      response: Response,
    ): Promise<void> {
      const key = { tenant: principalOf(response).tenant, documentId: id };
      if (isDryRun) {
        const found = await previewRemove(key, preview);
        if (found === undefined) throw unknownDocument(id);
        const { passages: removed, invalidatedAnswers } = found;
        response.json({ id, removed, invalidated_answers: invalidatedAnswers, dry_run: true });
        return;
      }
      const removed = await ingest.remove(key);
      if (removed === undefined) throw unknownDocument(id);
      response.json({ id, invalidated_answers: removed.invalidatedAnswers });
    },
  };
}

/** There is none of this id in the tenant. */
export function unknownDocument(id: string): RepriseError {
  return new RepriseError("not_found", `There is no document ${id}.`);
}
