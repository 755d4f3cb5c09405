import { Router } from "express";
import { answerRoute, beginAnswer } from "./answer-route.ts";
import { clientSignal } from "./event-stream.ts";
import { createUiMessageParts } from "./formats/ui-message-format.ts";
import { encodeEvent } from "./formats/sse-format.ts";
import { authenticate } from "./middleware/authenticate.ts";
import { holdAnswer } from "./middleware/hold-answer.ts";
import { pathParam, principalOf } from "./request-context.ts";
import { uiChatRequestSchema } from "./schemas/ui-chat-schemas.ts";
import { sendAnswerStream, type AnswerStreamFormat } from "./send-answer-stream.ts";
import type { HttpDependencies } from "./types.ts";
import { readUiChatRequest } from "./ui-chat-request.ts";
import { validate } from "./validate.ts";

/** A chat is sent whole with each question, sources and metadata included. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;
const HEADERS = { "x-vercel-ai-ui-message-stream": "v1" };

/** Events without names, as the AI SDK's transports read them. */
function uiMessageStream(): AnswerStreamFormat {
  const toChunks = createUiMessageParts();
  return {
    toParts: (event) => toChunks(event).map((data) => encodeEvent({ data })),
    ending: [encodeEvent({ data: "[DONE]" })],
    headers: HEADERS,
  };
}

/**
 * The AI SDK's UI message stream: `useChat` with its default transport. A client that goes away does not
 * stop its answer, which it finds again by the id of its chat.
 */
export function uiChatRoutes(dependencies: HttpDependencies): Router {
  const { answers, apiKeys } = dependencies;
  const router = Router();

  router.post(
    "/v1/ui/chat",
    ...answerRoute(dependencies, MAX_BODY_BYTES),
    async (request, response) => {
      const body = validate(uiChatRequestSchema, request.body);
      const caller = principalOf(response);
      const cacheControl = request.get("cache-control");
      const asked = await readUiChatRequest(body, caller, dependencies, cacheControl);
      const { events } = beginAnswer(asked, response, dependencies);
      await sendAnswerStream(events, response, uiMessageStream());
    },
  );

  router.get(
    "/v1/ui/chat/:id/stream",
    authenticate(apiKeys, "chat or admin"),
    holdAnswer(dependencies),
    async (request, response) => {
      const caller = principalOf(response);
      const { tenant } = caller;
      const conversationId = pathParam(request, "id");
      const id = answers.underWay({ tenant, conversationId, caller });
      const signal = clientSignal(response);
      const events =
        id === undefined
          ? undefined
          : await answers.resume({ tenant, id, caller, afterSeq: 0, signal });
      if (events === undefined) response.status(204).end();
      else await sendAnswerStream(events, response, uiMessageStream());
    },
  );
  return router;
}
