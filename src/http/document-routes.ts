import { Router, type RequestHandler, type Response } from "express";
import multer, { MulterError } from "multer";
import { RepriseError } from "../errors.ts";
import { MAX_DOCUMENT_BYTES, readDocumentContent, readDocumentText } from "../knowledge/load.ts";
import type { IngestReport } from "../knowledge/ingest.ts";
import type { DocumentInput, StoredDocument } from "../knowledge/types.ts";
import { clientSignal } from "./event-stream.ts";
import { toCitationBody } from "./formats/reply-format.ts";
import { authenticate } from "./middleware/authenticate.ts";
import { readJson } from "./middleware/read-json.ts";
import { pathParam, principalOf } from "./request-context.ts";
import { idSchema } from "./schemas/common-schemas.ts";
import {
  documentRequestSchema,
  documentUpdateSchema,
  listQuerySchema,
  searchRequestSchema,
  uploadFieldsSchema,
} from "./schemas/document-schemas.ts";
import type { HttpDependencies } from "./types.ts";
import { invalidRequest, validate } from "./validate.ts";

/** JSON may escape characters, so a body may be longer than its text. */
const MAX_BODY_BYTES = 2 * MAX_DOCUMENT_BYTES;

/** Documents and the search in their passages. */
export function documentRoutes(dependencies: HttpDependencies): Router {
  const { documents, ingest, apiKeys, newId, search } = dependencies;
  const router = Router();
  const chat = authenticate(apiKeys, "chat");
  const admin = authenticate(apiKeys, "admin");

  async function put(document: DocumentInput, response: Response): Promise<void> {
    const { tenant } = principalOf(response);
    const report = await ingest.put({ tenant, document, signal: clientSignal(response) });
    response.status(report.version === 1 ? 201 : 200).json(toReportBody(report));
  }

  router.get("/v1/documents", chat, async (request, response) => {
    const { limit, cursor } = validate(listQuerySchema, request.query);
    const page = await documents.list({ tenant: principalOf(response).tenant, limit, cursor });
    response.json({ documents: page.rows.map(toDocumentBody), next_cursor: page.nextCursor });
  });

  router.get("/v1/documents/:id", chat, async (request, response) => {
    const documentId = pathParam(request, "id");
    const found = await documents.get({ tenant: principalOf(response).tenant, documentId });
    if (found === undefined) throw unknown(documentId);
    response.json({ ...toDocumentBody(found), text: found.text });
  });

  router.post("/v1/documents", admin, ...uploadOrJson(), async (request, response) => {
    const input =
      request.file === undefined
        ? validate(documentRequestSchema, request.body)
        : readUpload(request.file, validate(uploadFieldsSchema, { ...request.body }));
    await put(toInput(input, input.id ?? newId("doc")), response);
  });

  router.put("/v1/documents/:id", admin, ...readJson(MAX_BODY_BYTES), async (request, response) => {
    const id = validate(idSchema, request.params["id"]);
    await put(toInput(validate(documentUpdateSchema, request.body), id), response);
  });

  router.delete("/v1/documents/:id", admin, async (request, response) => {
    const documentId = pathParam(request, "id");
    const removed = await ingest.remove({ tenant: principalOf(response).tenant, documentId });
    if (removed === undefined) throw unknown(documentId);
    response.json({ id: documentId, invalidated_answers: removed.invalidatedAnswers });
  });

  router.post("/v1/search", chat, ...readJson(MAX_BODY_BYTES), async (request, response) => {
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

function uploadOrJson(): RequestHandler[] {
  const upload = multer({ limits: { fileSize: MAX_DOCUMENT_BYTES, files: 1, fields: 10 } }).single(
    "file",
  );
  const [requireJson, parseJson] = readJson(MAX_BODY_BYTES);
  const isMultipart = (contentType: string | undefined) =>
    /^multipart\/form-data/i.test(contentType ?? "");
  const json = [requireJson, parseJson].flatMap((handler) =>
    handler === undefined ? [] : [handler],
  );
  return [
    function readMultipart(request, response, next) {
      if (!isMultipart(request.get("content-type"))) return next();
      return upload(request, response, (problem: unknown) => {
        if (problem === undefined && request.file === undefined) {
          return next(invalidRequest([{ param: "file", message: "is required" }]));
        }
        return next(problem instanceof MulterError ? fromMulter(problem) : problem);
      });
    },
    ...json.map(
      (handler): RequestHandler =>
        function readJsonBody(request, response, next) {
          if (isMultipart(request.get("content-type"))) return next();
          return handler(request, response, next);
        },
    ),
  ];
}

function fromMulter(problem: MulterError): RepriseError {
  if (problem.code === "LIMIT_FILE_SIZE") {
    return new RepriseError("too_large", "A document may have 20 MB at most; split it.");
  }
  return invalidRequest([
    { param: problem.field ?? "file", message: problem.message.toLowerCase() },
  ]);
}

interface GivenDocument {
  readonly title: string;
  readonly text: string;
  readonly source?: string | undefined;
}

function readUpload(
  file: Express.Multer.File,
  fields: { title?: string | undefined; source?: string | undefined; id?: string | undefined },
): GivenDocument & { id?: string | undefined } {
  const { buffer: bytes, mimetype: mediaType, originalname: fileName } = file;
  const read = readDocumentContent({ bytes, mediaType, fileName });
  return {
    ...fields,
    title: fields.title ?? read.title,
    text: read.text,
    source: fields.source ?? fileName,
  };
}

function toInput({ title, text, source }: GivenDocument, id: string): DocumentInput {
  return { id, title, text: readDocumentText(text).text, source: source ?? null };
}

function toReportBody({ invalidatedAnswers, ...report }: IngestReport) {
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
}: StoredDocument) {
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
