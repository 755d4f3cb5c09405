import { Router, type Response } from "express";
import type { NumberedEvent } from "../chat/types.ts";
import { RepriseError } from "../errors.ts";
import { fromReport } from "./chat-routes.ts";
import { clientSignal, openEventStream } from "./event-stream.ts";
import { cacheHeaders } from "./formats/cache-headers.ts";
import { toErrorBody } from "./formats/error-format.ts";
import { createChunks, fromCompletion, toCompletion } from "./formats/openai-format.ts";
import { encodeEvent } from "./formats/sse-format.ts";
import { authenticate } from "./middleware/authenticate.ts";
import { limitRate } from "./middleware/limit-rate.ts";
import { readJson } from "./middleware/read-json.ts";
import { requireDocuments } from "./middleware/require-documents.ts";
import { principalOf, requestIdOf } from "./request-context.ts";
import { completionRequestSchema } from "./schemas/openai-schemas.ts";
import type { HttpDependencies } from "./types.ts";
import { validate } from "./validate.ts";

const MAX_BODY_BYTES = 1024 * 1024;

/** OpenAI's formats. There is no way to resume here, so a client that goes away stops its answer. */
export function openAiRoutes(dependencies: HttpDependencies): Router {
  const { answers, apiKeys, models } = dependencies;
  const router = Router();
  const chat = authenticate(apiKeys, "chat");

  router.get("/v1/models", chat, (_request, response) => {
    const data = models.map((id) => ({ id, object: "model", created: 0, owned_by: "reprise" }));
    response.json({ object: "list", data });
  });

  router.post(
    "/v1/chat/completions",
    chat,
    requireDocuments(dependencies),
    limitRate(dependencies),
    ...readJson(MAX_BODY_BYTES),
    async (request, response) => {
      const body = validate(completionRequestSchema, request.body);
      const asked = fromCompletion(body, principalOf(response), request.get("cache-control"));
      const question = { ...asked, requestId: requestIdOf(response) };
      const { tenant } = question;
      const signal = clientSignal(response);
      const id = answers.start(question);
      signal.addEventListener("abort", () => answers.stop({ tenant, id }), { once: true });
      const events = answers.follow({ tenant, id, afterSeq: 0, signal });
      if (events === undefined) throw new RepriseError("internal_error", "The answer was lost.");
      const created = Math.floor(Date.now() / 1000);
      if (body.stream !== true) {
        await sendCompletion(events, response, created);
        return;
      }
      const includeUsage = body.stream_options?.include_usage === true;
      const model = models[0] ?? "reprise";
      await sendChunks(events, response, createChunks({ id, model, created, includeUsage }));
    },
  );
  return router;
}

async function sendCompletion(
  events: AsyncIterable<NumberedEvent>,
  response: Response,
  created: number,
): Promise<void> {
  for await (const { event } of events) {
    if (event.type === "answer-error") throw fromReport(event.error);
    if (event.type === "answer-end") {
      response.set(cacheHeaders(event.reply.cache)).json(toCompletion(event.reply, created));
    }
  }
}

/** The stream opens with the first words, so that a model that fails at once is a plain HTTP error. */
async function sendChunks(
  events: AsyncIterable<NumberedEvent>,
  response: Response,
  chunks: ReturnType<typeof createChunks>,
): Promise<void> {
  let headers: Record<string, string> = {};
  let stream: ReturnType<typeof openEventStream> | undefined;
  const open = async () => {
    if (stream !== undefined) return stream;
    stream = openEventStream(response, headers);
    await stream.send(encodeEvent({ data: chunks.first() }));
    return stream;
  };
  for await (const { event } of events) {
    if (event.type === "answer-start") headers = cacheHeaders(event.cache);
    if (event.type === "answer-delta") {
      await (await open()).send(encodeEvent({ data: chunks.delta(event.text) }));
    }
    if (event.type === "answer-end") {
      const opened = await open();
      for (const data of chunks.last(event.reply)) await opened.send(encodeEvent({ data }));
      await opened.send(encodeEvent({ data: "[DONE]" }));
    }
    if (event.type === "answer-error") {
      if (stream === undefined) throw fromReport(event.error);
      await stream.send(encodeEvent({ data: toErrorBody(event.error, requestIdOf(response)) }));
    }
  }
  stream?.end();
}
