import { events, json, text } from "./described-body.ts";
import type { DescribedRoute } from "./described-route.ts";
import {
  documentChangeQuerySchema,
  documentCreationQuerySchema,
  documentListQuerySchema,
  documentListSchema,
  documentPassagesSchema,
  documentRequestSchema,
  documentSchema,
  documentTextSchema,
  documentUpdateSchema,
  documentUploadSchema,
  documentVersionsSchema,
  ingestReportSchema,
  removedDocumentSchema,
  searchRequestSchema,
  searchResultSchema,
} from "./schemas/document-schemas.ts";
import { jobReplySchema } from "./schemas/job-schemas.ts";

/** Documents, the search in them, and those that are on their way in. */
export const DOCUMENT_ROUTES: readonly DescribedRoute[] = [
  {
    method: "get",
    path: "/v1/documents",
    summary: "List the documents, by id; query: those with these words in title or id",
    scope: "chat",
    query: documentListQuerySchema,
    replies: { 200: json(documentListSchema) },
  },
  {
    method: "post",
    path: "/v1/documents",
    summary:
      "Store a document, as JSON or as a file (multipart/form-data); async=true: behind the reply",
    scope: "admin",
    query: documentCreationQuerySchema,
    request: { ...json(documentRequestSchema), "multipart/form-data": documentUploadSchema },
    replies: {
      200: json(ingestReportSchema),
      201: json(ingestReportSchema),
      202: json(jobReplySchema),
    },
  },
  {
    method: "get",
    path: "/v1/documents/{id}",
    summary: "A document with its text",
    scope: "chat",
    replies: { 200: json(documentSchema) },
  },
  {
    method: "get",
    path: "/v1/documents/{id}/passages",
    summary: "The passages that a document is searched by",
    scope: "chat",
    replies: { 200: json(documentPassagesSchema) },
  },
  {
    method: "get",
    path: "/v1/documents/{id}/text",
    summary: "The text that a document was read as, and where in its file it stands",
    scope: "chat",
    replies: { 200: { ...json(documentTextSchema), ...text("text/plain") } },
  },
  {
    method: "get",
    path: "/v1/documents/{id}/versions",
    summary: "What a document was before, newest first",
    scope: "chat",
    replies: { 200: json(documentVersionsSchema) },
  },
  {
    method: "put",
    path: "/v1/documents/{id}",
    summary: "Store or replace a document",
    scope: "admin",
    query: documentChangeQuerySchema,
    request: json(documentUpdateSchema),
    replies: { 200: json(ingestReportSchema), 201: json(ingestReportSchema) },
  },
  {
    method: "delete",
    path: "/v1/documents/{id}",
    summary: "Remove a document and the answers made from it",
    scope: "admin",
    query: documentChangeQuerySchema,
    replies: { 200: json(removedDocumentSchema) },
  },
  {
    method: "post",
    path: "/v1/search",
    summary: "Find passages",
    scope: "chat",
    request: json(searchRequestSchema),
    replies: { 200: json(searchResultSchema) },
  },
  {
    method: "get",
    path: "/v1/jobs/{id}",
    summary: "How far a document is that is stored behind the reply",
    scope: "admin",
    hasAnswerHeaders: false,
    replies: {
      200: {
        ...json(jobReplySchema),
        ...events("One for each change; the last is job-end", {
          "job-progress": jobReplySchema,
          "job-end": jobReplySchema,
        }),
      },
    },
  },
  {
    method: "delete",
    path: "/v1/jobs/{id}",
    summary: "Cancel it: what has begun to be written is finished",
    scope: "admin",
    replies: { 200: json(jobReplySchema) },
  },
];
