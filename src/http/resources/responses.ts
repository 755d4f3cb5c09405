import type { Request, Response } from "express";
import type { z } from "zod";
import { RepriseError } from "../../errors.ts";
import type { ErrorReport, NumberedEvent } from "../../chat/types.ts";
import { cacheHeaders, fromReport } from "../formats/reply-format.ts";
import { beforeAnswer, beginAnswer, MODEL_ERRORS } from "../answer-route.ts";
import { defineRoute } from "../define-route.ts";
import { json } from "../described-body.ts";
import {
  createResponseBuilder,
  responseIdOf,
  type ResponseBuilder,
} from "../formats/response-format.ts";
import { toOwnParam } from "../formats/response-fields.ts";
import { toResponseFrame } from "../formats/response-frame.ts";
import { encodeEvent } from "../event-stream.ts";
import { principalOf } from "../request-context.ts";
import { findResponse, keepResponse, type StoredResponse } from "../response-chain.ts";
import { readResponseRequest } from "../response-request.ts";
import { cacheControlHeaderSchema, noQuerySchema } from "../schemas/parameter-schemas.ts";
import { RESPONSE_EVENTS } from "../schemas/response-event-schemas.ts";
import {
  itemsRequestSchema,
  responseRequestSchema,
  type ResponseRequestBody,
} from "../schemas/response-request-schemas.ts";
import {
  deletedResponseSchema,
  inputItemsQuerySchema,
  inputItemsSchema,
  responseSchema,
} from "../schemas/response-schemas.ts";
import { sendAnswerStream } from "../send-answer-stream.ts";
import type { HttpDependencies } from "../types.ts";
import { invalidRequest, validate } from "../validate.ts";

const MAX_BODY_BYTES = 8 * 1024 * 1024;

/** OpenAI's Responses API. A disconnect stops the answer; the partial output is stored. */
export const RESPONSE_ROUTES = [
  defineRoute({
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
    before: (dependencies) => beforeAnswer(dependencies, MAX_BODY_BYTES),
    handle:
      (dependencies) =>
      async ({ request, response }) => {
        const body = validate(schemaOf(request.body), request.body);
        const answer = await beginResponse(body, { request, response }, dependencies);
        if (body.stream === true) await sendStream(answer, response);
        else await sendJson(answer, response);
      },
  }),
  defineRoute({
    method: "get",
    path: "/v1/responses/{id}",
    summary: "A response of before",
    scope: "chat or admin",
    access: "message",
    query: noQuerySchema,
    replies: { 200: json(responseSchema) },
    handle:
      (dependencies) =>
      async ({ resource: { id, caller }, response }) => {
        const found = await findResponse(id, caller, dependencies);
        if (found === undefined) throw unknownResponse(id);
        response.json(found.response);
      },
  }),
  defineRoute({
    method: "get",
    path: "/v1/responses/{id}/input_items",
    summary: "The input of a response of before",
    scope: "chat or admin",
    access: "message",
    query: inputItemsQuerySchema,
    replies: { 200: json(inputItemsSchema) },
    handle:
      (dependencies) =>
      async ({ resource: { id, caller }, query, response }) => {
        const found = await findResponse(id, caller, dependencies);
        if (found === undefined) throw unknownResponse(id);
        response.json(toPage(found.input, query));
      },
  }),
  defineRoute({
    method: "delete",
    path: "/v1/responses/{id}",
    summary: "Remove a response; its conversation stays",
    scope: "chat or admin",
    access: "message",
    query: noQuerySchema,
    replies: { 200: json(deletedResponseSchema) },
    handle:
      (dependencies) =>
      async ({ resource: { tenant, id, caller }, response }) => {
        const found = await findResponse(id, caller, dependencies);
        if (found === undefined) throw unknownResponse(id);
        await dependencies.responses.remove({ tenant, id });
        response.json({ id, object: "response", deleted: true });
      },
  }),
];

function schemaOf(body: unknown): typeof responseRequestSchema | typeof itemsRequestSchema {
  const hasItems = typeof body === "object" && body !== null && "input" in body;
  return hasItems && Array.isArray(body.input) ? itemsRequestSchema : responseRequestSchema;
}

/** @throws RepriseError `invalid_request` for an item that is not there */
function toPage(
  items: StoredResponse["input"],
  { limit, order, after }: z.infer<typeof inputItemsQuerySchema>,
): z.infer<typeof inputItemsSchema> {
  const ordered = order === "asc" ? items : items.toReversed();
  const start = after === undefined ? 0 : ordered.findIndex(({ id }) => id === after) + 1;
  if (after !== undefined && start === 0) {
    throw invalidRequest([{ param: "after", message: "is no item of this response" }]);
  }
  const data = ordered.slice(start, start + limit);
  const [first, last] = [data.at(0)?.id ?? null, data.at(-1)?.id ?? null];
  const has_more = start + limit < items.length;
  return { object: "list", data, first_id: first, last_id: last, has_more };
}

function unknownResponse(id: string): RepriseError {
  return new RepriseError("not_found", `There is no response ${id}.`);
}

/** A response in progress. */
interface ResponseUnderWay {
  readonly events: AsyncIterable<NumberedEvent>;
  readonly builder: ResponseBuilder;
  /** Stores the response if requested. Called with the last event. */
  readonly keep: () => Promise<void>;
}

async function beginResponse(
  body: ResponseRequestBody,
  { request, response }: { request: Request; response: Response },
  dependencies: HttpDependencies,
): Promise<ResponseUnderWay> {
  const { models } = dependencies;
  const caller = principalOf(response);
  const cacheControl = request.get("cache-control");
  const asked = await readResponseRequest(body, { caller, cacheControl }, dependencies);
  const { question } = asked;
  const createdAt = Date.now();
  const { id: messageId, events } = beginAnswer(question, response, dependencies, {
    stopsWithClient: true,
  });
  const frame = toResponseFrame(body, {
    id: responseIdOf(messageId),
    createdAt: toSeconds(createdAt),
    conversationId: question.conversationId,
    model: models[0] ?? "reprise",
  });
  const builder = createResponseBuilder(frame, () => toSeconds(Date.now()));
  const { conversationId } = question;
  const keep = async () => {
    if (body.store === false || conversationId === null) return;
    const { developer, input } = asked;
    const { response: made } = builder;
    const calls = made.output.some(({ type }) => type === "function_call");
    const turn = calls ? [...asked.turn, ...made.output] : [];
    const stored = { response: made, developer, turn, input, conversationId };
    await keepResponse({ ...stored, messageId, createdAt }, caller, dependencies);
  };
  return { events, builder, keep };
}

const toSeconds = (milliseconds: number) => Math.floor(milliseconds / 1000);

/** The model server names the fields of the other API. */
function inOwnNames(error: ErrorReport): ErrorReport {
  const details = error.details?.map(({ param, message }) => ({
    param: toOwnParam(param).replace(/^messages/, "input"),
    message,
  }));
  return { ...error, details };
}

async function sendJson(
  { events, builder, keep }: ResponseUnderWay,
  response: Response,
): Promise<void> {
  for await (const { event } of events) {
    if (event.type === "answer-error") throw fromReport(inOwnNames(event.error));
    builder.take(event);
    if (event.type !== "answer-end") continue;
    await keep();
    response.set(cacheHeaders(event.reply.cache)).json(builder.response);
  }
}

async function sendStream(
  { events, builder, keep }: ResponseUnderWay,
  response: Response,
): Promise<void> {
  const encode = (parts: ReturnType<ResponseBuilder["take"]>) =>
    parts.map((data) => encodeEvent({ event: data.type, data }));
  await sendAnswerStream(events, response, {
    opening: encode(builder.open()),
    toParts: async (event) => {
      const parts = builder.take(event);
      if (event.type === "answer-end") await keep();
      return encode(parts);
    },
    ending: [],
    headers: {},
  });
}
