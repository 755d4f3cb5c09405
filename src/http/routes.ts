import { ME_ROUTES } from "./resources/me.ts";
import { operationsRoutes } from "./resources/operations.ts";
import { CACHE_ROUTES } from "./cache-route-table.ts";
import { CLIENT_ROUTES } from "./client-route-table.ts";
import { json, lines, NO_BODY, text } from "./described-body.ts";
import type { Route } from "./define-route.ts";
import { DOCUMENT_ROUTES } from "./document-route-table.ts";
import { TUNING_ROUTES } from "./tuning-route-table.ts";
import { profilePatchSchema, profileSchema } from "../profiles/profile-schema.ts";
import { MODEL_ERRORS } from "./model-errors.ts";
import { OPENAI_ROUTES } from "./openai-route-table.ts";
import {
  chatReplySchema,
  chatRequestSchema,
  deletedSchema,
  erasedConversationSchema,
  stopSchema,
} from "./schemas/chat-schemas.ts";
import { ANSWER_EVENTS } from "./schemas/event-schemas.ts";
import { feedbackRequestSchema, feedbackSchema } from "./schemas/feedback-schemas.ts";
import {
  cacheControlHeaderSchema,
  idempotencyHeaderSchema,
  lastEventHeaderSchema,
} from "./schemas/header-schemas.ts";
import {
  conversationExportSchema,
  conversationListQuerySchema,
  conversationListSchema,
  conversationSchema,
  forkedConversationSchema,
  conversationUsageSchema,
  costQuerySchema,
  costRowSchema,
  costReportSchema,
  exportQuerySchema,
  forkRequestSchema,
  ledgerEntrySchema,
  usageQuerySchema,
} from "./schemas/record-schemas.ts";

const chatHeadersSchema = idempotencyHeaderSchema.extend(cacheControlHeaderSchema.shape);

/** Every route, in the order in which they are matched and documented. */
export const ROUTES: readonly Route[] = [
  {
    method: "post",
    path: "/v1/chat",
    summary: "Ask a question; with stream: true as server-sent events",
    scope: "chat",
    access: "asking",
    headers: chatHeadersSchema,
    request: json(chatRequestSchema),
    replies: { 200: { ...json(chatReplySchema), ...ANSWER_EVENTS } },
    errors: MODEL_ERRORS,
  },
  {
    method: "get",
    path: "/v1/messages/{id}/stream",
    summary: "Go on with an answer after Last-Event-ID; 204 when there is nothing",
    scope: "chat or admin",
    access: "stream",
    headers: lastEventHeaderSchema,
    replies: { 200: ANSWER_EVENTS, 204: NO_BODY },
  },
  {
    method: "post",
    path: "/v1/messages/{id}/stop",
    summary: "Stop an answer and keep the part that came",
    scope: "chat or admin",
    access: "message",
    replies: { 200: json(stopSchema) },
  },
  {
    method: "post",
    path: "/v1/messages/{id}/feedback",
    summary: "Say whether an answer was good; down keeps it from being served again",
    scope: "chat or admin",
    access: "message",
    request: json(feedbackRequestSchema),
    replies: { 200: json(feedbackSchema) },
  },
  ...OPENAI_ROUTES,
  ...CLIENT_ROUTES,
  {
    method: "get",
    path: "/v1/conversations",
    summary: "The conversations, newest first; query: those with these words",
    scope: "chat or admin",
    access: "conversations",
    query: conversationListQuerySchema,
    replies: { 200: json(conversationListSchema) },
  },
  {
    method: "get",
    path: "/v1/conversations/{id}",
    summary: "A conversation: the window that the model is shown, and the transcript",
    scope: "chat or admin",
    access: "conversation",
    replies: { 200: json(conversationSchema) },
  },
  {
    method: "delete",
    path: "/v1/conversations/{id}",
    summary:
      "Erase a conversation: window, transcript, answers made in it; the ledger keeps its sums",
    scope: "chat or admin",
    access: "conversation",
    replies: { 200: json(erasedConversationSchema) },
  },
  {
    method: "get",
    path: "/v1/conversations/{id}/usage",
    summary: "What a conversation used, cost and saved, and each of its answers",
    scope: "chat or admin",
    access: "conversation",
    replies: { 200: json(conversationUsageSchema) },
  },
  {
    method: "get",
    path: "/v1/conversations/{id}/export",
    summary: "A conversation as a file, in JSON or Markdown",
    scope: "chat or admin",
    access: "conversation",
    query: exportQuerySchema,
    replies: { 200: { ...json(conversationExportSchema), ...text("text/markdown") } },
  },
  {
    method: "post",
    path: "/v1/conversations/{id}/fork",
    summary: "Copy a conversation, whole or up to a message",
    scope: "chat or admin",
    access: "conversation",
    request: json(forkRequestSchema),
    isRequestOptional: true,
    replies: { 201: json(forkedConversationSchema) },
  },
  {
    method: "get",
    path: "/v1/users/{id}/profile",
    summary: "What is known of a user",
    scope: "chat or admin",
    access: "profile",
    replies: { 200: json(profileSchema) },
  },
  {
    method: "put",
    path: "/v1/users/{id}/profile",
    summary: "Replace what is known of a user",
    scope: "chat or admin",
    access: "profile",
    request: json(profileSchema),
    replies: { 200: json(profileSchema) },
  },
  {
    method: "patch",
    path: "/v1/users/{id}/profile",
    summary: "Change some of what is known of a user; null removes a field",
    scope: "chat or admin",
    access: "profile",
    request: json(profilePatchSchema),
    replies: { 200: json(profileSchema) },
  },
  {
    method: "delete",
    path: "/v1/users/{id}/profile",
    summary: "Forget what is known of a user",
    scope: "chat or admin",
    access: "profile",
    replies: { 200: json(deletedSchema) },
  },
  {
    method: "get",
    path: "/v1/reports/costs",
    summary: "Cost and saving by hour, day, model, conversation, user or tenant",
    scope: "admin",
    access: "tenant",
    query: costQuerySchema,
    replies: {
      200: {
        ...json(costReportSchema),
        ...text("text/csv"),
        ...lines("A row on each line", costRowSchema),
      },
    },
  },
  {
    method: "get",
    path: "/v1/reports/usage.ndjson",
    summary: "The ledger, a request a line, oldest first",
    scope: "admin",
    access: "tenant",
    query: usageQuerySchema,
    replies: { 200: lines("A request on each line", ledgerEntrySchema) },
  },
  ...DOCUMENT_ROUTES,
  ...CACHE_ROUTES,
  ...TUNING_ROUTES,
  ...ME_ROUTES,
  ...operationsRoutes(() => ROUTES),
];
