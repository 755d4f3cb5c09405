import type { Response } from "express";
import type { ChatEvent, NumberedEvent } from "../../chat/types.ts";
import { beforeAnswer, beginAnswer, MODEL_ERRORS } from "../answer-route.ts";
import { defineRoute } from "../define-route.ts";
import { json } from "../described-body.ts";
import { cacheHeaders, fromReport, toErrorBody } from "../formats/reply-format.ts";
import { createChunks, toCompletion, type CompletionExtras } from "../formats/openai-format.ts";
import { ignoredFields, readCompletion } from "../formats/openai-question.ts";
import { encodeEvent } from "../event-stream.ts";
import { requireModel } from "../known-models.ts";
import { askAnew, noteAnswered, readChatPlace } from "../regenerated-request.ts";
import { requestIdOf } from "../request-context.ts";
import { chatHeaderSchema } from "../schemas/parameter-schemas.ts";
import { completionRequestSchema } from "../schemas/openai-request-schemas.ts";
import {
  COMPLETION_EVENTS,
  completionSchema,
  modelListSchema,
  modelSchema,
} from "../schemas/openai-schemas.ts";
import { sendAnswerStream } from "../send-answer-stream.ts";

type CompletionChunks = ReturnType<typeof createChunks>;

/** Messages may contain images and files. */
const MAX_BODY_BYTES = 20 * 1024 * 1024;

/** OpenAI's chat completions and models. A disconnect stops the answer: these formats cannot be resumed. */
export const OPENAI_ROUTES = [
  defineRoute({
    method: "post",
    path: "/v1/chat/completions",
    summary: "Ask a question in the format of OpenAI's Chat Completions API",
    scope: "chat",
    access: "tenant",
    headers: chatHeaderSchema,
    body: completionRequestSchema,
    replies: { 200: { ...json(completionSchema), ...COMPLETION_EVENTS } },
    errors: MODEL_ERRORS,
    before: (dependencies) => beforeAnswer(dependencies, MAX_BODY_BYTES),
    handle:
      (dependencies) =>
      async ({ body, caller, request, response }) => {
        const cacheControl = request.get("cache-control");
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
        const model = dependencies.models[0] ?? "reprise";
        await sendChunks(events, response, createChunks({ ...extras, id, model, includeUsage }));
      },
  }),
  defineRoute({
    method: "get",
    path: "/v1/models",
    summary: "List the available model, in OpenAI's format",
    scope: "chat",
    access: "tenant",
    replies: { 200: json(modelListSchema) },
    handle:
      ({ models }) =>
      ({ response }) => {
        response.json({ object: "list", data: models.map(toModel) });
      },
  }),
  defineRoute({
    method: "get",
    path: "/v1/models/{id}",
    summary: "Get a model by its id",
    scope: "chat",
    access: "known",
    replies: { 200: json(modelSchema) },
    handle:
      ({ models }) =>
      ({ id, response }) => {
        response.json(toModel(requireModel(id, models)));
      },
  }),
];

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

/** The first chunk contains the role. Only a completed answer ends with `[DONE]`. */
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
