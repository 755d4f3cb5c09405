import { beforeAnswer, beginAnswer, MODEL_ERRORS, holdAnswer } from "../answer-route.ts";
import { defineRoute } from "../define-route.ts";
import { NO_BODY } from "../described-body.ts";
import { encodeEvent } from "../event-stream.ts";
import { clientSignal } from "../request-context.ts";
import { createUiMessageParts } from "../formats/ui-message-format.ts";
import { cacheControlHeaderSchema } from "../schemas/parameter-schemas.ts";
import { UI_MESSAGE_EVENTS, uiChatRequestSchema } from "../schemas/ui-chat-schemas.ts";
import { sendAnswerStream, type AnswerStreamFormat } from "../send-answer-stream.ts";
import { readUiChatRequest } from "../ui-chat-request.ts";

/** Each request contains the whole chat, with sources and metadata. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;
const HEADERS = { "x-vercel-ai-ui-message-stream": "v1" };

/** Events without names, as the AI SDK's transports expect. */
function uiMessageStream(): AnswerStreamFormat {
  const toChunks = createUiMessageParts();
  return {
    toParts: (event) => toChunks(event).map((data) => encodeEvent({ data })),
    ending: [encodeEvent({ data: "[DONE]" })],
    headers: HEADERS,
  };
}

/**
 * The AI SDK's UI message stream: `useChat` with its default transport. A disconnect does not stop the answer;
 * the client reconnects with the chat id.
 */
export const UI_CHAT_ROUTES = [
  defineRoute({
    method: "post",
    path: "/v1/ui/chat",
    summary: "Ask a question as the AI SDK's useChat does; streams a UI message",
    scope: "chat",
    access: "asking",
    headers: cacheControlHeaderSchema,
    body: uiChatRequestSchema,
    replies: { 200: UI_MESSAGE_EVENTS },
    errors: MODEL_ERRORS,
    before: (dependencies) => beforeAnswer(dependencies, MAX_BODY_BYTES),
    handle:
      (dependencies) =>
      async ({ body, caller, request, response }) => {
        const cacheControl = request.get("cache-control");
        const asked = await readUiChatRequest(body, caller, dependencies, cacheControl);
        const { events } = beginAnswer(asked, response, dependencies);
        await sendAnswerStream(events, response, uiMessageStream());
      },
  }),
  defineRoute({
    method: "get",
    path: "/v1/ui/chat/{id}/stream",
    summary: "Reconnect to the answer under way in a chat; 204 when there is none",
    scope: "chat or admin",
    access: "reconnect",
    replies: { 200: UI_MESSAGE_EVENTS, 204: NO_BODY },
    before: (dependencies) => [holdAnswer(dependencies)],
    handle:
      ({ answers }) =>
      async ({ resource: { tenant, conversationId, caller }, response }) => {
        const id = answers.underWay({ tenant, conversationId, caller });
        const signal = clientSignal(response);
        const events =
          id === undefined
            ? undefined
            : await answers.resume({ tenant, id, caller, afterSeq: 0, signal });
        if (events === undefined) response.status(204).end();
        else await sendAnswerStream(events, response, uiMessageStream());
      },
  }),
];
