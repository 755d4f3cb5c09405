import { Router, type Request, type RequestHandler, type Response } from "express";
import { RepriseError } from "../errors.ts";
import type { DocumentReader } from "../knowledge/document-reader.ts";
import { MAX_DOCUMENT_BYTES } from "../knowledge/load.ts";
import type { JobWork } from "../knowledge/job-types.ts";
import type { DocumentInput, DocumentSummary, Passage } from "../knowledge/types.ts";
import { toCitation } from "../chat/citations.ts";
import { documentChanges, unknownDocument } from "./document-changes.ts";
import { toCitationBody } from "./formats/reply-format.ts";
import { authenticate } from "./middleware/authenticate.ts";
import { readJson } from "./middleware/read-json.ts";
import { isUpload, readUpload } from "./middleware/read-upload.ts";
import { requireDocuments } from "./middleware/require-documents.ts";
import { pathParam, principalOf } from "./request-context.ts";
import {
  documentChangeQuerySchema,
  documentCreationQuerySchema,
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
  const { documents, reader, apiKeys } = dependencies;
  const router = Router();
  const chat = authenticate(apiKeys, "chat");
  const admin = authenticate(apiKeys, "admin");

  const changes = documentChanges(dependencies);

  router.get("/v1/documents", chat, async (request, response) => {
    const asked = validate(documentListQuerySchema, request.query);
    const page = await documents.list({ tenant: principalOf(response).tenant, ...asked });
    response.json({ documents: page.rows.map(toDocumentBody), next_cursor: page.nextCursor });
  });

  router.get("/v1/documents/:id", chat, async (request, response) => {
    const documentId = pathParam(request, "id");
    const found = await documents.get({ tenant: principalOf(response).tenant, documentId });
    if (found === undefined) throw unknownDocument(documentId);
    response.json({ ...toDocumentBody(found), text: found.text });
  });

  addDetails(router, dependencies);

  router.post("/v1/documents", admin, ...uploadOrJson(reader), async (request, response) => {
    const query = validate(documentCreationQuerySchema, request.query);
    const given = givenDocument(request, dependencies);
    if (query.async) return changes.startJob(given, response);
    const { document, skipped } = await given.read();
    await changes.put(document, query, response, skipped).catch((error: unknown) => {
      throw request.file === undefined ? error : namingFile(error);
    });
  });

  const json = readJson(MAX_BODY_BYTES, (bytes) => reader.parseJson(bytes));
  router.put("/v1/documents/:id", admin, ...json, async (request, response) => {
    const query = validate(documentChangeQuerySchema, request.query);
    const { id } = validate(documentPathSchema, { ...request.params });
    const given = validate(documentUpdateSchema, request.body);
    await changes.put(await fromJson(given, id, reader), query, response);
  });

  router.delete("/v1/documents/:id", admin, async (request, response) => {
    const query = validate(documentChangeQuerySchema, request.query);
    await changes.remove(pathParam(request, "id"), query, response);
  });

  addSearch(router, dependencies);
  return router;
}

function addSearch(router: Router, dependencies: HttpDependencies): void {
  const { apiKeys, search } = dependencies;
  const searchBody = [requireDocuments(dependencies), ...readJson(MAX_SEARCH_BYTES)];
  router.post(
    "/v1/search",
    authenticate(apiKeys, "chat"),
    ...searchBody,
    async (request, response) => {
      const { query, limit } = validate(searchRequestSchema, request.body);
      const found = await search({ tenant: principalOf(response).tenant, query, limit });
      const passages = found.map(({ passage, score, similarity, textScore }) => ({
        ...toCitationBody(toCitation({ passage, score })),
        headings: passage.headings,
        similarity,
        text_score: textScore,
      }));
      response.json({ passages });
    },
  );
}

/** What a document is made of, and what it was. */
function addDetails(router: Router, { documents, embedderId, apiKeys }: HttpDependencies): void {
  const chat = authenticate(apiKeys, "chat");

  async function keyOf(request: Request, response: Response) {
    const key = { tenant: principalOf(response).tenant, documentId: pathParam(request, "id") };
    if ((await documents.get(key)) === undefined) throw unknownDocument(key.documentId);
    return key;
  }

  router.get("/v1/documents/:id/passages", chat, async (request, response) => {
    const key = await keyOf(request, response);
    const passages = await documents.passages({ ...key, embedderId });
    response.json({
      passages: passages.map(toPassageBody),
    });
  });

  router.get("/v1/documents/:id/text", chat, async (request, response) => {
    const key = { tenant: principalOf(response).tenant, documentId: pathParam(request, "id") };
    const found = await documents.get(key);
    if (found === undefined) throw unknownDocument(key.documentId);
    const { id, version, text, places = [] } = found;
    if (request.accepts(["json", "text/plain"]) === "text/plain") response.type("txt").send(text);
    else response.json({ id, version, text, places });
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

function uploadOrJson(reader: DocumentReader): RequestHandler[] {
  const parseJson = (bytes: Buffer) => reader.parseJson(bytes);
  const json = readJson(MAX_BODY_BYTES, parseJson).map(
    (handler): RequestHandler =>
      function readUnlessUpload(request, response, next) {
        return isUpload(request) ? next() : handler(request, response, next);
      },
  );
  return [readUpload(MAX_DOCUMENT_BYTES), ...json];
}

async function fromJson(
  { title, text, source }: { title: string; text: string; source?: string | undefined },
  id: string,
  reader: DocumentReader,
): Promise<DocumentInput> {
  const read = await reader.readText(text);
  return { id, title, text: read.text, source: source ?? null };
}

/** A document that is read when that is asked for; its fields are checked at once. */
function givenDocument(request: Request, { reader, newId }: HttpDependencies): JobWork {
  const { file } = request;
  if (file === undefined) {
    const given = validate(documentRequestSchema, request.body);
    const documentId = given.id ?? newId("doc");
    const bytes = Buffer.byteLength(given.text);
    const read = async () => ({
      document: await fromJson(given, documentId, reader),
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
        const document = { ...read, id: documentId, title: fields.title ?? title, source };
        return { document, skipped };
      } catch (error) {
        throw namingFile(error);
      }
    },
  };
}

/** What is wrong with the text of an upload is wrong with its file. */
function namingFile(error: unknown): unknown {
  if (!(error instanceof RepriseError) || error.details[0]?.param !== "text") return error;
  const details = error.details.map((problem) => ({ ...problem, param: "file" }));
  return new RepriseError(error.code, error.message, { cause: error, details });
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

function toPassageBody({ headings, text, start, end, lead, locator }: Passage) {
  return {
    headings,
    text,
    start,
    end,
    ...(lead !== undefined && { lead }),
    locator: { ...locator, ...(headings.length > 0 && { headings }) },
  };
}
