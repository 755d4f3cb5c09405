import { Router, type Response } from "express";
import type { ChatEvent, NumberedEvent } from "../chat/types.ts";
import { answerRoute, beginAnswer } from "./answer-route.ts";
import { cacheHeaders } from "./formats/cache-headers.ts";
import { fromReport, toErrorBody } from "./formats/error-format.ts";
import { createChunks, toCompletion, type CompletionExtras } from "./formats/openai-format.ts";
import { ignoredFields, readCompletion } from "./formats/openai-question.ts";
import { encodeEvent } from "./formats/sse-format.ts";
import { requireModel } from "./known-models.ts";
import { authenticate } from "./middleware/authenticate.ts";
import { askAnew, noteAnswered, readChatPlace } from "./regenerated-request.ts";
import { pathParam, principalOf, requestIdOf } from "./request-context.ts";
import { completionRequestSchema } from "./schemas/openai-request-schemas.ts";
import { sendAnswerStream } from "./send-answer-stream.ts";
import type { HttpDependencies } from "./types.ts";
import { validate } from "./validate.ts";

type CompletionChunks = ReturnType<typeof createChunks>;

/** Images and files come along in messages. */
const MAX_BODY_BYTES = 20 * 1024 * 1024;

/** OpenAI's formats. There is no way to resume here, so a client that goes away stops its answer. */
export function openAiRoutes(dependencies: HttpDependencies): Router {
  const { apiKeys, models } = dependencies;
  const router = Router();
  const chat = authenticate(apiKeys, "chat");

  router.get("/v1/models", chat, (_request, response) => {
    response.json({ object: "list", data: models.map(toModel) });
  });

  router.get("/v1/models/:id", chat, (request, response) => {
    response.json(toModel(requireModel(pathParam(request, "id"), models)));
  });

  router.post(
    "/v1/chat/completions",
    ...answerRoute(dependencies, MAX_BODY_BYTES),
    async (request, response) => {
      const body = validate(completionRequestSchema, request.body);
      const cacheControl = request.get("cache-control");
      const caller = principalOf(response);
      const place = readChatPlace(request, body, caller);
      const asked = await readCompletion(body, caller, dependencies, cacheControl);
      const question = await askAnew(asked, place, dependencies);
      const begun = beginAnswer(question, response, dependencies, { stopsWithClient: true });
      const { id } = begun;
      const events = noteAnswered(begun.events, place, dependencies);
      const created = Math.floor(Date.now() / 1000);
      const extras = { created, ignored: ignoredFields(request.body) };
      if (body.stream !== true) {
        await sendCompletion(events, response, extras);
        return;
      }
      const includeUsage = body.stream_options?.include_usage === true;
      const model = models[0] ?? "reprise";
      await sendChunks(events, response, createChunks({ ...extras, id, model, includeUsage }));
    },
  );
  return router;
}

async function sendCompletion(
  events: AsyncIterable<NumberedEvent>,
  response: Response,
  extras: CompletionExtras,
): Promise<void> {
  for await (const { event } of events) {
    if (event.type === "answer-error") throw fromReport(event.error);
    if (event.type === "answer-end") {
      response.set(cacheHeaders(event.reply.cache)).json(toCompletion(event.reply, extras));
    }
  }
}

function toModel(id: string) {
  return { id, object: "model", created: 0, owned_by: "reprise" };
}

/** The first chunk names the role; only an answer that has ended ends with `[DONE]`. */
async function sendChunks(
  events: AsyncIterable<NumberedEvent>,
  response: Response,
  chunks: CompletionChunks,
): Promise<void> {
  const dataOf = (event: ChatEvent) => {
    if (event.type === "answer-error") return [toErrorBody(event.error, requestIdOf(response))];
    const made = chunks.of(event);
    return event.type === "answer-end" ? [...made, "[DONE]"] : made;
  };
  await sendAnswerStream(events, response, {
    opening: [encodeEvent({ data: chunks.first() })],
    toParts: (event) => dataOf(event).map((data) => encodeEvent({ data })),
    ending: [],
    headers: {},
  });
}
