import type { Request, Response } from "express";
import type { NumberedEvent } from "../../chat/types.ts";
import { RepriseError } from "../../errors.ts";
import {
  beginOnce,
  idempotencyKeyOf,
  replayEvents,
  replayHeaders,
  type StoredReply,
} from "../answer-once.ts";
import { beforeAnswer, followAnswer, MODEL_ERRORS, holdAnswer } from "../answer-route.ts";
import { readChatRequest } from "../chat-request.ts";
import { defineRoute } from "../define-route.ts";
import { json, NO_BODY } from "../described-body.ts";
import { encodeEvent, openEventStream, untilOpening } from "../event-stream.ts";
import {
  cacheHeaders,
  fromReport,
  toErrorBody,
  toEventBody,
  toReplyBody,
} from "../formats/reply-format.ts";
import { readJson } from "../validate.ts";
import { requestIdOf, clientSignal } from "../request-context.ts";
import {
  ANSWER_EVENTS,
  chatReplySchema,
  chatRequestSchema,
  feedbackRequestSchema,
  feedbackSchema,
  stopSchema,
} from "../schemas/chat-schemas.ts";
import {
  cacheControlHeaderSchema,
  idempotencyHeaderSchema,
  lastEventHeaderSchema,
} from "../schemas/parameter-schemas.ts";

const MAX_BODY_BYTES = 1024 * 1024;
const MAX_FEEDBACK_BYTES = 64 * 1024;

/** Chat, as JSON and as server-sent events. A disconnect does not stop the answer. */
export const CHAT_ROUTES = [
  defineRoute({
    method: "post",
    path: "/v1/chat",
    summary: "Ask a question; with stream: true as server-sent events",
    scope: "chat",
    access: "asking",
    headers: idempotencyHeaderSchema.extend(cacheControlHeaderSchema.shape),
    body: chatRequestSchema,
    replies: { 200: { ...json(chatReplySchema), ...ANSWER_EVENTS } },
    errors: MODEL_ERRORS,
    before: (dependencies) => beforeAnswer(dependencies, MAX_BODY_BYTES),
    handle:
      (dependencies) =>
      async ({ body, caller, request, response }) => {
        const cacheControl = request.get("cache-control");
        const asked = await readChatRequest(body, caller, dependencies, cacheControl);
        const question = { ...asked, requestId: requestIdOf(response) };
        const signal = clientSignal(response);
        const key = idempotencyKeyOf(request);
        const begun = await beginOnce(question, { key, body, signal }, dependencies);
        const isStream = wantsStream(body.stream, request);
        if (begun.kind === "replay") {
          await sendReplay(begun.reply, response, isStream);
          return;
        }
        const { events } = followAnswer(begun.id, response, dependencies);
        if (isStream) await sendStream(events, response);
        else await sendJson(events, response);
      },
  }),
  defineRoute({
    method: "get",
    path: "/v1/messages/{id}/stream",
    summary: "Go on with an answer after Last-Event-ID; 204 when there is nothing",
    scope: "chat or admin",
    access: "stream",
    headers: lastEventHeaderSchema,
    replies: { 200: ANSWER_EVENTS, 204: NO_BODY },
    before: (dependencies) => [holdAnswer(dependencies)],
    handle:
      ({ answers }) =>
      async ({ resource, request, response }) => {
        const afterSeq = Number(request.get("last-event-id") ?? 0);
        const events = await answers.resume({
          ...resource,
          afterSeq: Number.isSafeInteger(afterSeq) ? afterSeq : 0,
          signal: clientSignal(response),
        });
        if (events === undefined) response.status(204).end();
        else await sendStream(events, response);
      },
  }),
  defineRoute({
    method: "post",
    path: "/v1/messages/{id}/stop",
    summary: "Stop an answer and keep the part that came",
    scope: "chat or admin",
    access: "message",
    replies: { 200: json(stopSchema) },
    handle:
      ({ answers }) =>
      ({ resource, response }) => {
        const { id } = resource;
        const stopped = answers.stop(resource);
        if (stopped === undefined) {
          throw new RepriseError("not_found", `There is no answer ${id} under way here.`);
        }
        response.json({ id, stopped });
      },
  }),
  defineRoute({
    method: "post",
    path: "/v1/messages/{id}/feedback",
    summary: "Say whether an answer was good; down keeps it from being served again",
    scope: "chat or admin",
    access: "message",
    body: feedbackRequestSchema,
    replies: { 200: json(feedbackSchema) },
    before: () => readJson(MAX_FEEDBACK_BYTES),
    handle:
      ({ giveFeedback }) =>
      async ({ resource: { tenant, id, caller }, body: { rating, comment = null }, response }) => {
        const said = { rating, comment, createdAt: Date.now() };
        const given = { tenant, messageId: id, caller, ...said };
        const { isQuarantined } = await giveFeedback(given);
        response.json({ id, rating, comment, quarantined: isQuarantined });
      },
  }),
];

function wantsStream(stream: boolean | undefined, request: Request): boolean {
  return stream ?? /text\/event-stream/.test(request.get("accept") ?? "");
}

async function sendJson(events: AsyncIterable<NumberedEvent>, response: Response): Promise<void> {
  for await (const { event } of events) {
    if (event.type === "answer-error") throw fromReport(event.error);
    if (event.type === "answer-end") {
      response.set(cacheHeaders(event.reply.cache)).json(toReplyBody(event.reply));
    }
  }
}

/** The headers wait briefly for the first event: an error before it is a plain HTTP error. */
async function sendStream(events: AsyncIterable<NumberedEvent>, response: Response): Promise<void> {
  let stream: ReturnType<typeof openEventStream> | undefined;
  for await (const next of untilOpening(events)) {
    if (next === undefined) {
      stream ??= openEventStream(response, {});
      stream.comment();
      continue;
    }
    const { seq, event } = next;
    if (event.type === "answer-error" && stream === undefined) throw fromReport(event.error);
    stream ??= openEventStream(
      response,
      event.type === "answer-start" ? cacheHeaders(event.cache) : {},
    );
    const data =
      event.type === "answer-error"
        ? toErrorBody(event.error, requestIdOf(response))
        : toEventBody(event);
    await stream.send(encodeEvent({ event: event.type, id: seq, data }));
  }
  if (stream === undefined) response.status(204).end();
  else stream.end();
}

async function sendReplay(
  reply: StoredReply,
  response: Response,
  isStream: boolean,
): Promise<void> {
  replayHeaders(response, reply);
  if (!isStream) {
    response.json(reply.body);
    return;
  }
  const stream = openEventStream(response, {});
  for (const [index, part] of replayEvents(reply).entries()) {
    await stream.send(encodeEvent({ ...part, id: index + 1 }));
  }
  stream.end();
}
