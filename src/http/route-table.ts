import type { z } from "zod";
import { profilePatchSchema, profileSchema } from "../profiles/profile-schema.ts";
import {
  cacheStatsSchema,
  explainRequestSchema,
  explanationSchema,
} from "./schemas/cache-schemas.ts";
import {
  chatReplySchema,
  chatRequestSchema,
  deletedSchema,
  stopSchema,
} from "./schemas/chat-schemas.ts";
import {
  documentListSchema,
  documentRequestSchema,
  documentSchema,
  documentUpdateSchema,
  ingestReportSchema,
  removedDocumentSchema,
  searchRequestSchema,
  searchResultSchema,
} from "./schemas/document-schemas.ts";
import {
  completionRequestSchema,
  completionSchema,
  modelListSchema,
} from "./schemas/openai-schemas.ts";
import {
  conversationExportSchema,
  conversationListSchema,
  conversationSchema,
  conversationSummarySchema,
  costReportSchema,
  forkRequestSchema,
  usageTotalsSchema,
} from "./schemas/record-schemas.ts";
import {
  evaluateRequestSchema,
  evaluationSchema,
  policyRequestSchema,
  policySchema,
} from "./schemas/tuning-schemas.ts";

/** A route as the OpenAPI document tells of it. */
export interface DescribedRoute {
  readonly method: "get" | "post" | "put" | "patch" | "delete";
  /** With OpenAPI's `{name}` parameters. */
  readonly path: string;
  readonly summary: string;
  /** Undefined: no key needed. */
  readonly scope?: "chat" | "admin";
  readonly query?: readonly string[];
  readonly request?: z.ZodType;
  /** The 200 body; text where there is no schema. */
  readonly reply?: z.ZodType;
  readonly streams?: boolean;
}

/** Every route; a test holds it against what is mounted. */
export const ROUTES: readonly DescribedRoute[] = [
  {
    method: "post",
    path: "/v1/chat",
    summary: "Ask a question; with stream: true as server-sent events",
    scope: "chat",
    request: chatRequestSchema,
    reply: chatReplySchema,
    streams: true,
  },
  {
    method: "get",
    path: "/v1/messages/{id}/stream",
    summary: "Go on with an answer after Last-Event-ID; 204 when there is nothing",
    scope: "chat",
    streams: true,
  },
  {
    method: "post",
    path: "/v1/messages/{id}/stop",
    summary: "Stop an answer and keep the part that came",
    scope: "chat",
    reply: stopSchema,
  },
  {
    method: "post",
    path: "/v1/chat/completions",
    summary: "The same in OpenAI's format",
    scope: "chat",
    request: completionRequestSchema,
    reply: completionSchema,
    streams: true,
  },
  {
    method: "get",
    path: "/v1/models",
    summary: "The model that answers, in OpenAI's format",
    scope: "chat",
    reply: modelListSchema,
  },
  {
    method: "get",
    path: "/v1/conversations",
    summary: "The conversations, newest first; query: those with these words",
    scope: "chat",
    query: ["limit", "cursor", "query", "user_id"],
    reply: conversationListSchema,
  },
  {
    method: "get",
    path: "/v1/conversations/{id}",
    summary: "A conversation: the window that the model is shown, and the transcript",
    scope: "chat",
    reply: conversationSchema,
  },
  {
    method: "delete",
    path: "/v1/conversations/{id}",
    summary: "Erase a conversation's window and transcript; the ledger keeps its sums",
    scope: "chat",
    reply: deletedSchema,
  },
  {
    method: "get",
    path: "/v1/conversations/{id}/usage",
    summary: "What a conversation used, cost and saved",
    scope: "chat",
    reply: usageTotalsSchema,
  },
  {
    method: "get",
    path: "/v1/conversations/{id}/export",
    summary: "A conversation as a file, in JSON or Markdown",
    scope: "chat",
    query: ["format"],
    reply: conversationExportSchema,
  },
  {
    method: "post",
    path: "/v1/conversations/{id}/fork",
    summary: "Copy a conversation, whole or up to a message",
    scope: "chat",
    request: forkRequestSchema,
    reply: conversationSummarySchema,
  },
  {
    method: "get",
    path: "/v1/users/{id}/profile",
    summary: "What is known of a user",
    scope: "chat",
    reply: profileSchema,
  },
  {
    method: "put",
    path: "/v1/users/{id}/profile",
    summary: "Replace what is known of a user",
    scope: "chat",
    request: profileSchema,
    reply: profileSchema,
  },
  {
    method: "patch",
    path: "/v1/users/{id}/profile",
    summary: "Change some of what is known of a user; null removes a field",
    scope: "chat",
    request: profilePatchSchema,
    reply: profileSchema,
  },
  {
    method: "delete",
    path: "/v1/users/{id}/profile",
    summary: "Forget what is known of a user",
    scope: "chat",
    reply: deletedSchema,
  },
  {
    method: "get",
    path: "/v1/reports/costs",
    summary: "Cost and saving by day, model, conversation, user or tenant",
    scope: "admin",
    query: ["from", "to", "group_by", "format", "time_zone"],
    reply: costReportSchema,
  },
  {
    method: "get",
    path: "/v1/reports/usage.ndjson",
    summary: "The ledger, a request a line, oldest first",
    scope: "admin",
    query: ["from", "to", "time_zone"],
  },
  {
    method: "get",
    path: "/v1/documents",
    summary: "List the documents, by id",
    scope: "chat",
    query: ["limit", "cursor"],
    reply: documentListSchema,
  },
  {
    method: "post",
    path: "/v1/documents",
    summary: "Store a document, as JSON or as a file (multipart/form-data)",
    scope: "admin",
    request: documentRequestSchema,
    reply: ingestReportSchema,
  },
  {
    method: "get",
    path: "/v1/documents/{id}",
    summary: "A document with its text",
    scope: "chat",
    reply: documentSchema,
  },
  {
    method: "put",
    path: "/v1/documents/{id}",
    summary: "Store or replace a document",
    scope: "admin",
    request: documentUpdateSchema,
    reply: ingestReportSchema,
  },
  {
    method: "delete",
    path: "/v1/documents/{id}",
    summary: "Remove a document and the answers made from it",
    scope: "admin",
    reply: removedDocumentSchema,
  },
  {
    method: "post",
    path: "/v1/search",
    summary: "Find passages",
    scope: "chat",
    request: searchRequestSchema,
    reply: searchResultSchema,
  },
  {
    method: "post",
    path: "/v1/cache/explain",
    summary: "What the cache would do with a question, and why; changes nothing",
    scope: "admin",
    request: explainRequestSchema,
    reply: explanationSchema,
  },
  {
    method: "get",
    path: "/v1/cache/stats",
    summary: "The questions that come most and save most",
    scope: "admin",
    query: ["limit"],
    reply: cacheStatsSchema,
  },
  {
    method: "get",
    path: "/v1/cache/policy",
    summary: "The policy in force, with its version and author",
    scope: "admin",
    reply: policySchema,
  },
  {
    method: "put",
    path: "/v1/cache/policy",
    summary: "Change the policy; in force on every replica within a second",
    scope: "admin",
    request: policyRequestSchema,
    reply: policySchema,
  },
  {
    method: "post",
    path: "/v1/cache/evaluate",
    summary: "What each threshold would do on labelled pairs, and the one to choose",
    scope: "admin",
    request: evaluateRequestSchema,
    reply: evaluationSchema,
  },
  { method: "get", path: "/livez", summary: "The process lives" },
  {
    method: "get",
    path: "/readyz",
    summary: "The service is ready; 503 with the parts that are not",
  },
  { method: "get", path: "/metrics", summary: "Prometheus metrics" },
  { method: "get", path: "/openapi.json", summary: "This document" },
];
