import { toCitation } from "../../chat/citations.ts";
import { WITHOUT_GROUPS } from "../../knowledge/reader-groups.ts";
import { defineRoute } from "../define-route.ts";
import { json, text } from "../described-body.ts";
import {
  findDocument,
  givenDocument,
  namingFile,
  putDocument,
  readDocumentJson,
  readUploadOrJson,
  removeDocument,
  toDocument,
  unknownDocument,
} from "../document-changes.ts";
import { toDocumentBody, toJobBody, toPassageBody } from "../formats/document-format.ts";
import { toCitationBody } from "../formats/reply-format.ts";
import { readJson } from "../validate.ts";
import { requireDocuments } from "../answer-route.ts";
import {
  documentChangeQuerySchema,
  documentCreationQuerySchema,
  documentGroupsReplySchema,
  documentGroupsSchema,
  documentListQuerySchema,
  documentListSchema,
  documentPassagesSchema,
  documentRequestSchema,
  documentSchema,
  documentTextSchema,
  documentUpdateSchema,
  documentUploadSchema,
  ingestReportSchema,
  jobReplySchema,
  removedDocumentSchema,
  searchRequestSchema,
  searchResultSchema,
} from "../schemas/document-schemas.ts";
import type { Principal } from "../types.ts";

const MAX_SEARCH_BYTES = 1024 * 1024;
const MAX_GROUPS_BYTES = 64 * 1024;

/** Documents and passage search. */
export const DOCUMENT_ROUTES = [
  defineRoute({
    method: "get",
    path: "/v1/documents",
    summary: "List documents by id; query searches titles and ids",
    scope: "chat",
    access: "tenant",
    query: documentListQuerySchema,
    replies: { 200: json(documentListSchema) },
    handle:
      ({ documents }) =>
      async ({ query, caller: { tenant, reader = WITHOUT_GROUPS }, response }) => {
        const page = await documents.list({ tenant, reader, ...query });
        response.json({ documents: page.rows.map(toDocumentBody), next_cursor: page.nextCursor });
      },
  }),
  defineRoute({
    method: "post",
    path: "/v1/documents",
    summary:
      "Store a document, as JSON or as a file (multipart/form-data); async=true stores it after the reply",
    scope: "admin",
    access: "tenant",
    query: documentCreationQuerySchema,
    request: { ...json(documentRequestSchema), "multipart/form-data": documentUploadSchema },
    replies: {
      200: json(ingestReportSchema),
      201: json(ingestReportSchema),
      202: json(jobReplySchema),
    },
    before: readUploadOrJson,
    handle:
      (dependencies) =>
      async ({ query, caller: { tenant }, request, response }) => {
        const given = givenDocument(request, dependencies);
        if (query.async) {
          const job = await dependencies.jobs.start(tenant, given);
          response.status(202).location(`/v1/jobs/${job.id}`);
          response.json({ job: toJobBody(job) });
          return;
        }
        const read = await given.read();
        await putDocument(read, query, response, dependencies).catch((error: unknown) => {
          throw request.file === undefined ? error : namingFile(error);
        });
      },
  }),
  defineRoute({
    method: "get",
    path: "/v1/documents/{id}",
    summary: "Get a document with its text",
    scope: "chat",
    access: "tenant",
    replies: { 200: json(documentSchema) },
    handle:
      ({ documents }) =>
      async ({ response, ...given }) => {
        const found = await findDocument(given, documents);
        response.json({ ...toDocumentBody(found), text: found.text });
      },
  }),
  defineRoute({
    method: "get",
    path: "/v1/documents/{id}/passages",
    summary: "List the passages of a document",
    scope: "chat",
    access: "tenant",
    replies: { 200: json(documentPassagesSchema) },
    handle:
      ({ documents, embedderId }) =>
      async ({ response, ...given }) => {
        await findDocument(given, documents);
        const passages = await documents.passages({ ...toKey(given), embedderId });
        response.json({ passages: passages.map(toPassageBody) });
      },
  }),
  defineRoute({
    method: "get",
    path: "/v1/documents/{id}/text",
    summary: "Get the text of a document, with its positions in the file",
    scope: "chat",
    access: "tenant",
    replies: { 200: { ...json(documentTextSchema), ...text("text/plain") } },
    handle:
      ({ documents }) =>
      async ({ request, response, ...given }) => {
        const { id, version, text, places = [] } = await findDocument(given, documents);
        const isPlain = request.accepts(["json", "text/plain"]) === "text/plain";
        if (isPlain) response.type("txt").send(text);
        else response.json({ id, version, text, places });
      },
  }),
  defineRoute({
    method: "put",
    path: "/v1/documents/{id}",
    summary: "Store or replace a document",
    scope: "admin",
    access: "tenant",
    query: documentChangeQuerySchema,
    body: documentUpdateSchema,
    replies: { 200: json(ingestReportSchema), 201: json(ingestReportSchema) },
    before: readDocumentJson,
    handle:
      (dependencies) =>
      async ({ id, query, body, response }) => {
        const document = await toDocument(body, id, dependencies.reader);
        await putDocument({ document, skipped: [] }, query, response, dependencies);
      },
  }),
  defineRoute({
    method: "put",
    path: "/v1/documents/{id}/groups",
    summary: "Change who may read a document: members of these groups; none: everybody",
    scope: "admin",
    access: "tenant",
    body: documentGroupsSchema,
    replies: { 200: json(documentGroupsReplySchema) },
    before: () => readJson(MAX_GROUPS_BYTES),
    handle:
      ({ ingest }) =>
      async ({ id, body: { groups }, response, caller }) => {
        if (!(await ingest.setGroups({ ...toKey({ id, caller }), groups }))) {
          throw unknownDocument(id);
        }
        response.json({ id, groups });
      },
  }),
  defineRoute({
    method: "delete",
    path: "/v1/documents/{id}",
    summary: "Delete a document and the cached answers made from it",
    scope: "admin",
    access: "tenant",
    query: documentChangeQuerySchema,
    replies: { 200: json(removedDocumentSchema) },
    handle:
      (dependencies) =>
      ({ id, query, response }) =>
        removeDocument(id, query, response, dependencies),
  }),
  defineRoute({
    method: "post",
    path: "/v1/search",
    summary: "Search passages",
    scope: "chat",
    access: "tenant",
    body: searchRequestSchema,
    replies: { 200: json(searchResultSchema) },
    before: (dependencies) => [requireDocuments(dependencies), ...readJson(MAX_SEARCH_BYTES)],
    handle:
      ({ search }) =>
      async ({ body: { query, limit }, caller: { tenant, reader }, response }) => {
        const found = await search({ tenant, reader, query, limit });
        const passages = found.map(({ passage, score, similarity, textScore }) => ({
          ...toCitationBody(toCitation({ passage, score })),
          headings: passage.headings,
          similarity,
          text_score: textScore,
        }));
        response.json({ passages });
      },
  }),
];

interface DocumentKey {
  readonly tenant: string;
  readonly documentId: string;
}

function toKey({ id, caller }: { id: string; caller: Principal }): DocumentKey {
  return { tenant: caller.tenant, documentId: id };
}
