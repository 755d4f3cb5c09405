import { Router, type Request, type RequestHandler, type Response } from "express";
import { RepriseError } from "../errors.ts";
import { MAX_DOCUMENT_BYTES, readDocumentContent, readDocumentText } from "../knowledge/load.ts";
import type { IngestReport } from "../knowledge/ingest.ts";
import type { DocumentInput, DocumentSummary } from "../knowledge/types.ts";
import { clientSignal } from "./event-stream.ts";
import { toCitationBody } from "./formats/reply-format.ts";
import { authenticate } from "./middleware/authenticate.ts";
import { readJson } from "./middleware/read-json.ts";
import { isUpload, readUpload } from "./middleware/read-upload.ts";
import { refuseQuery } from "./middleware/refuse-query.ts";
import { requireDocuments } from "./middleware/require-documents.ts";
import { pathParam, principalOf } from "./request-context.ts";
import {
  documentListQuerySchema,
  documentPathSchema,
  documentRequestSchema,
  documentUpdateSchema,
  fileNameSchema,
  searchRequestSchema,
  uploadFieldsSchema,
} from "./schemas/document-schemas.ts";
import type { HttpDependencies } from "./types.ts";
import { validate } from "./validate.ts";

/** JSON may escape characters, so a body may be longer than its text. */
const MAX_BODY_BYTES = 2 * MAX_DOCUMENT_BYTES;

const MAX_SEARCH_BYTES = 1024 * 1024;

/** Documents and the search in their passages. */
export function documentRoutes(dependencies: HttpDependencies): Router {
  const { documents, ingest, apiKeys, newId, search } = dependencies;
  const router = Router();
  const chat = authenticate(apiKeys, "chat");
  const admin = authenticate(apiKeys, "admin");

  async function put(document: DocumentInput, response: Response): Promise<void> {
    const { tenant } = principalOf(response);
    const report = await ingest.put({ tenant, document, signal: clientSignal(response) });
    response.status(report.isNew ? 201 : 200).json(toReportBody(report));
  }

  router.get("/v1/documents", chat, async (request, response) => {
    const asked = validate(documentListQuerySchema, request.query);
    const page = await documents.list({ tenant: principalOf(response).tenant, ...asked });
    response.json({ documents: page.rows.map(toDocumentBody), next_cursor: page.nextCursor });
  });

  router.get("/v1/documents/:id", chat, async (request, response) => {
    const documentId = pathParam(request, "id");
    const found = await documents.get({ tenant: principalOf(response).tenant, documentId });
    if (found === undefined) throw unknown(documentId);
    response.json({ ...toDocumentBody(found), text: found.text });
  });

  addDetails(router, dependencies);

  router.post("/v1/documents", admin, ...uploadOrJson(), async (request, response) => {
    if (request.file === undefined) {
      const given = validate(documentRequestSchema, request.body);
      return put(fromJson(given, given.id ?? newId("doc")), response);
    }
    try {
      const given = fromFile(request.file, { ...request.body });
      return await put({ ...given, id: given.id ?? newId("doc") }, response);
    } catch (error) {
      throw namingFile(error);
    }
  });

  router.put("/v1/documents/:id", admin, ...readJson(MAX_BODY_BYTES), async (request, response) => {
    const { id } = validate(documentPathSchema, { ...request.params });
    await put(fromJson(validate(documentUpdateSchema, request.body), id), response);
  });

  router.delete("/v1/documents/:id", admin, refuseQuery, async (request, response) => {
    const documentId = pathParam(request, "id");
    const removed = await ingest.remove({ tenant: principalOf(response).tenant, documentId });
    if (removed === undefined) throw unknown(documentId);
    response.json({ id: documentId, invalidated_answers: removed.invalidatedAnswers });
  });

  const searchBody = [requireDocuments(dependencies), ...readJson(MAX_SEARCH_BYTES)];
  router.post("/v1/search", chat, ...searchBody, async (request, response) => {
    const { query, limit } = validate(searchRequestSchema, request.body);
    const found = await search({ tenant: principalOf(response).tenant, query, limit });
    const passages = found.map(({ passage, score, similarity, textScore }) => ({
      ...toCitationBody({ ...passage, passageId: passage.id, passage: passage.text, score }),
      headings: passage.headings,
      similarity,
      text_score: textScore,
    }));
    response.json({ passages });
  });
  return router;
}

/** What a document is made of, and what it was. */
function addDetails(router: Router, { documents, embedderId, apiKeys }: HttpDependencies): void {
  const chat = authenticate(apiKeys, "chat");

  async function keyOf(request: Request, response: Response) {
    const key = { tenant: principalOf(response).tenant, documentId: pathParam(request, "id") };
    if ((await documents.get(key)) === undefined) throw unknown(key.documentId);
    return key;
  }

  router.get("/v1/documents/:id/passages", chat, async (request, response) => {
    const key = await keyOf(request, response);
    const passages = await documents.passages({ ...key, embedderId });
    response.json({
      passages: passages.map(({ headings, text, start, end }) => ({ headings, text, start, end })),
    });
  });

  router.get("/v1/documents/:id/versions", chat, async (request, response) => {
    const versions = await documents.versions(await keyOf(request, response));
    response.json({
      versions: versions.map(({ createdAt, ...version }) => ({
        ...version,
        created_at: new Date(createdAt).toISOString(),
      })),
    });
  });
}

function uploadOrJson(): RequestHandler[] {
  const json = readJson(MAX_BODY_BYTES).map(
    (handler): RequestHandler =>
      function readUnlessUpload(request, response, next) {
        return isUpload(request) ? next() : handler(request, response, next);
      },
  );
  return [readUpload(MAX_DOCUMENT_BYTES), ...json];
}

function fromJson(
  { title, text, source }: { title: string; text: string; source?: string | undefined },
  id: string,
): DocumentInput {
  return { id, title, text: readDocumentText(text).text, source: source ?? null };
}

function fromFile(file: Express.Multer.File, body: unknown) {
  const fields = validate(uploadFieldsSchema, body);
  const { file: fileName } = validate(fileNameSchema, { file: file.originalname });
  const content = { bytes: file.buffer, mediaType: file.mimetype, fileName };
  const { title, text } = readDocumentContent(content);
  const source = fields.source ?? fileName;
  return { id: fields.id, title: fields.title ?? title, text, source };
}

/** What is wrong with the text of an upload is wrong with its file. */
function namingFile(error: unknown): unknown {
  if (!(error instanceof RepriseError) || error.details[0]?.param !== "text") return error;
  const details = error.details.map((problem) => ({ ...problem, param: "file" }));
  return new RepriseError(error.code, error.message, { cause: error, details });
}

function toReportBody({ invalidatedAnswers, isNew: _isNew, ...report }: IngestReport) {
  return { ...report, invalidated_answers: invalidatedAnswers };
}

function toDocumentBody({
  id,
  title,
  source,
  version,
  passages,
  createdAt,
  updatedAt,
}: DocumentSummary) {
  return {
    id,
    title,
    source,
    version,
    passages,
    created_at: new Date(createdAt).toISOString(),
    updated_at: new Date(updatedAt).toISOString(),
  };
}

function unknown(id: string): RepriseError {
  return new RepriseError("not_found", `There is no document ${id}.`);
}
