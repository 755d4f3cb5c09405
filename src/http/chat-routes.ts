import { Router, type Request, type Response } from "express";
import type { NumberedEvent } from "../chat/types.ts";
import { RepriseError } from "../errors.ts";
import {
  beginOnce,
  idempotencyKeyOf,
  replayEvents,
  replayHeaders,
  type StoredReply,
} from "./answer-once.ts";
import { answerRoute, followAnswer } from "./answer-route.ts";
import { readChatRequest } from "./chat-request.ts";
import { clientSignal, openEventStream, untilOpening } from "./event-stream.ts";
import { cacheHeaders } from "./formats/cache-headers.ts";
import { fromReport, toErrorBody } from "./formats/error-format.ts";
import { toEventBody, toReplyBody } from "./formats/reply-format.ts";
import { encodeEvent } from "./formats/sse-format.ts";
import { authenticate } from "./middleware/authenticate.ts";
import { holdAnswer } from "./middleware/hold-answer.ts";
import { pathParam, principalOf, requestIdOf } from "./request-context.ts";
import { chatRequestSchema } from "./schemas/chat-schemas.ts";
import type { HttpDependencies } from "./types.ts";
import { validate } from "./validate.ts";

const MAX_BODY_BYTES = 1024 * 1024;

/** Questions and answers as JSON and as server-sent events; a dropped client does not stop its answer. */
export function chatRoutes(dependencies: HttpDependencies): Router {
  const router = Router();

  router.post(
    "/v1/chat",
    ...answerRoute(dependencies, MAX_BODY_BYTES),
    async (request, response) => {
      const body = validate(chatRequestSchema, request.body);
      const principal = principalOf(response);
      const cacheControl = request.get("cache-control");
      const asked = await readChatRequest(body, principal, dependencies, cacheControl);
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
  );
  addUnderWay(router, dependencies);
  return router;
}

/** Answers under way: resumed, and stopped. */
function addUnderWay(router: Router, dependencies: HttpDependencies): void {
  const { answers, apiKeys } = dependencies;
  const own = authenticate(apiKeys, "chat or admin");

  router.get(
    "/v1/messages/:id/stream",
    own,
    holdAnswer(dependencies),
    async (request, response) => {
      const caller = principalOf(response);
      const afterSeq = Number(request.get("last-event-id") ?? 0);
      const events = await answers.resume({
        tenant: caller.tenant,
        id: pathParam(request, "id"),
        caller,
        afterSeq: Number.isSafeInteger(afterSeq) ? afterSeq : 0,
        signal: clientSignal(response),
      });
      if (events === undefined) response.status(204).end();
      else await sendStream(events, response);
    },
  );

  router.post("/v1/messages/:id/stop", own, (request, response) => {
    const id = pathParam(request, "id");
    const caller = principalOf(response);
    const stopped = answers.stop({ tenant: caller.tenant, id, caller });
    if (stopped === undefined) {
      throw new RepriseError("not_found", `There is no answer ${id} under way here.`);
    }
    response.json({ id, stopped });
  });
}

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

/** The headers wait a moment for the first event: what fails before it is a plain HTTP error. */
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
