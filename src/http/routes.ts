import { CACHE_ENTRY_ROUTES } from "./resources/cache-entries.ts";
import { LOOKUP_ROUTES } from "./resources/lookups.ts";
import { POLICY_ROUTES } from "./resources/policy.ts";
import { SHADOW_ROUTES } from "./resources/shadow.ts";
import { JOB_ROUTES } from "./resources/jobs.ts";
import { CONVERSATION_ROUTES } from "./resources/conversations.ts";
import { PROFILE_ROUTES } from "./resources/profiles.ts";
import { REPORT_ROUTES } from "./resources/reports.ts";
import { ME_ROUTES } from "./resources/me.ts";
import { operationsRoutes } from "./resources/operations.ts";
import { CACHE_ROUTES } from "./resources/cache.ts";
import { CLIENT_ROUTES } from "./client-route-table.ts";
import { json, NO_BODY } from "./described-body.ts";
import type { Route } from "./define-route.ts";
import { DOCUMENT_ROUTES } from "./resources/documents.ts";
import { TUNING_ROUTES } from "./resources/tuning.ts";
import { MODEL_ERRORS } from "./model-errors.ts";
import { OPENAI_ROUTES } from "./openai-route-table.ts";
import { chatReplySchema, chatRequestSchema, stopSchema } from "./schemas/chat-schemas.ts";
import { ANSWER_EVENTS } from "./schemas/event-schemas.ts";
import { feedbackRequestSchema, feedbackSchema } from "./schemas/feedback-schemas.ts";
import {
  cacheControlHeaderSchema,
  idempotencyHeaderSchema,
  lastEventHeaderSchema,
} from "./schemas/header-schemas.ts";

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
  ...CONVERSATION_ROUTES,
  ...PROFILE_ROUTES,
  ...REPORT_ROUTES,
  ...DOCUMENT_ROUTES,
  ...JOB_ROUTES,
  ...CACHE_ENTRY_ROUTES,
  ...CACHE_ROUTES,
  ...LOOKUP_ROUTES,
  ...POLICY_ROUTES,
  ...TUNING_ROUTES,
  ...SHADOW_ROUTES,
  ...ME_ROUTES,
  ...operationsRoutes(() => ROUTES),
];
