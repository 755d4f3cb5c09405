import { json, NO_BODY } from "./described-body.ts";
import type { Route } from "./define-route.ts";
import { MODEL_ERRORS } from "./model-errors.ts";
import { cacheControlHeaderSchema } from "./schemas/header-schemas.ts";
import { RESPONSE_EVENTS } from "./schemas/response-event-schemas.ts";
import { responseRequestSchema } from "./schemas/response-request-schemas.ts";
import { deletedResponseSchema, responseSchema } from "./schemas/response-schemas.ts";
import { UI_MESSAGE_EVENTS, uiChatRequestSchema } from "./schemas/ui-chat-schemas.ts";

/** The routes in other clients' formats. */
export const CLIENT_ROUTES: readonly Route[] = [
  {
    method: "post",
    path: "/v1/responses",
    summary: "The same as OpenAI's Responses API",
    scope: "chat",
    access: "asking",
    headers: cacheControlHeaderSchema,
    request: json(responseRequestSchema),
    replies: { 200: { ...json(responseSchema), ...RESPONSE_EVENTS } },
    errors: {
      ...MODEL_ERRORS,
      404: "model_not_found, previous_response_not_found, not_found, not_cached",
    },
  },
  {
    method: "get",
    path: "/v1/responses/{id}",
    summary: "A response of before",
    scope: "chat or admin",
    access: "message",
    replies: { 200: json(responseSchema) },
  },
  {
    method: "delete",
    path: "/v1/responses/{id}",
    summary: "Remove a response; its conversation stays",
    scope: "chat or admin",
    access: "message",
    replies: { 200: json(deletedResponseSchema) },
  },
  {
    method: "post",
    path: "/v1/ui/chat",
    summary: "Ask a question as the AI SDK's useChat does; streams a UI message",
    scope: "chat",
    access: "asking",
    headers: cacheControlHeaderSchema,
    request: json(uiChatRequestSchema),
    replies: { 200: UI_MESSAGE_EVENTS },
    errors: MODEL_ERRORS,
  },
  {
    method: "get",
    path: "/v1/ui/chat/{id}/stream",
    summary: "Reconnect to the answer under way in a chat; 204 when there is none",
    scope: "chat or admin",
    access: "reconnect",
    replies: { 200: UI_MESSAGE_EVENTS, 204: NO_BODY },
  },
];
