import type { Request, RequestHandler, Response } from "express";
import { RepriseError } from "../errors.ts";
import type { DocumentReader } from "../knowledge/document-reader.ts";
import type { JobWork } from "../knowledge/job-types.ts";
import { MAX_DOCUMENT_BYTES } from "../knowledge/load.ts";
import { previewPut, previewRemove } from "../knowledge/preview-change.ts";
import type { SkippedPart } from "../knowledge/read/types.ts";
import { mayRead } from "../knowledge/reader-groups.ts";
import type { DocumentInput, StoredDocument } from "../knowledge/types.ts";
import { toReportBody } from "./formats/document-format.ts";
import { readJson, unless, validate } from "./validate.ts";
import { isUpload, readUpload } from "./read-upload.ts";
import { principalOf, clientSignal } from "./request-context.ts";
import {
  documentRequestSchema,
  fileNameSchema,
  uploadFieldsSchema,
  type DocumentChangeQuery,
  type DocumentUpdate,
} from "./schemas/document-schemas.ts";
import type { HttpDependencies, Principal } from "./types.ts";

/** JSON may escape characters, so a body may be longer than its text. */
const MAX_BODY_BYTES = 2 * MAX_DOCUMENT_BYTES;

/** Reads a document as JSON. */
export function readDocumentJson({ reader }: Pick<HttpDependencies, "reader">): RequestHandler[] {
  return readJson(MAX_BODY_BYTES, (bytes) => reader.parseJson(bytes));
}

/** Reads a document as JSON or as an uploaded file. */
export function readUploadOrJson(dependencies: Pick<HttpDependencies, "reader">): RequestHandler[] {
  const json = unless(isUpload, readDocumentJson(dependencies));
  return [readUpload(MAX_DOCUMENT_BYTES), ...json];
}

export async function toDocument(
  { title, text, source, groups }: DocumentUpdate,
  id: string,
  reader: DocumentReader,
): Promise<DocumentInput> {
  const read = await reader.readText(text);
  return { id, title, text: read.text, source: source ?? null, groups };
}

/** The document of a request. Validates its fields now; `read` reads its text later. */
export function givenDocument(
  request: Request,
  { reader, newId }: Pick<HttpDependencies, "reader" | "newId">,
): JobWork {
  const { file } = request;
  if (file === undefined) {
    const given = validate(documentRequestSchema, request.body);
    const documentId = given.id ?? newId("doc");
    const bytes = Buffer.byteLength(given.text);
    const read = async () => ({
      document: await toDocument(given, documentId, reader),
      skipped: [],
    });
    return { file: given.source ?? null, documentId, bytes, read };
  }
  const fields = validate(uploadFieldsSchema, { ...request.body });
  const { file: fileName } = validate(fileNameSchema, { file: file.originalname });
  const documentId = fields.id ?? newId("doc");
  const content = { bytes: file.buffer, mediaType: file.mimetype, fileName };
  return {
    file: fileName,
    documentId,
    bytes: file.size,
    async read() {
      try {
        const { title, skipped = [], ...read } = await reader.read(content);
        const source = fields.source ?? fileName;
        const named = { id: documentId, title: fields.title ?? title, source };
        const document = { ...read, ...named, groups: fields.groups };
        return { document, skipped };
      } catch (error) {
        throw namingFile(error);
      }
    },
  };
}

/** In an upload, an error in the field `text` is an error in the file. */
export function namingFile(error: unknown): unknown {
  if (!(error instanceof RepriseError) || error.details[0]?.param !== "text") return error;
  const details = error.details.map((problem) => ({ ...problem, param: "file" }));
  return new RepriseError(error.code, error.message, { cause: error, details });
}

/** Stores a document. With `dry_run`, only reports the effect. */
export async function putDocument(
  { document, skipped }: { document: DocumentInput; skipped: readonly SkippedPart[] },
  { dry_run: isDryRun }: DocumentChangeQuery,
  response: Response,
  dependencies: HttpDependencies,
): Promise<void> {
  const { tenant } = principalOf(response);
  const report = isDryRun
    ? await previewPut({ tenant, document }, toPreview(dependencies))
    : await dependencies.ingest.put({ tenant, document, signal: clientSignal(response) });
  response.status(report.isNew && !isDryRun ? 201 : 200).json({
    ...toReportBody(report),
    ...(isDryRun && { dry_run: true }),
    ...(skipped.length > 0 && { skipped }),
  });
}

/** Removes a document. With `dry_run`, only reports the effect. */
export async function removeDocument(
  id: string,
  { dry_run: isDryRun }: DocumentChangeQuery,
  response: Response,
  dependencies: HttpDependencies,
): Promise<void> {
  const key = { tenant: principalOf(response).tenant, documentId: id };
  if (isDryRun) {
    const found = await previewRemove(key, toPreview(dependencies));
    if (found === undefined) throw unknownDocument(id);
    const { passages: removed, invalidatedAnswers } = found;
    response.json({ id, removed, invalidated_answers: invalidatedAnswers, dry_run: true });
    return;
  }
  const removed = await dependencies.ingest.remove(key);
  if (removed === undefined) throw unknownDocument(id);
  response.json({ id, invalidated_answers: removed.invalidatedAnswers });
}

function toPreview({ documents, reader, embedderId, entries }: HttpDependencies) {
  const countAnswersOf = (key: { tenant: string; documentId: string }) => entries.count(key);
  return { documents, reader, embedderId, countAnswersOf };
}

/**
 * A document that the caller may read.
 *
 * @throws RepriseError `not_found` if it does not exist, and likewise if the caller may not read it
 */
export async function findDocument(
  { id, caller }: { id: string; caller: Principal },
  documents: HttpDependencies["documents"],
): Promise<StoredDocument> {
  const found = await documents.get({ tenant: caller.tenant, documentId: id });
  if (found === undefined || !mayRead(caller.reader, found.groups)) throw unknownDocument(id);
  return found;
}

/** The error if the tenant has no document with this id. */
export function unknownDocument(id: string): RepriseError {
  return new RepriseError("not_found", `There is no document ${id}.`);
}
