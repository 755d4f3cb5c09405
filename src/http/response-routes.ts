import { Router, type Request, type Response } from "express";
import { RepriseError } from "../errors.ts";
import type { NumberedEvent } from "../chat/types.ts";
import { fromReport } from "./formats/error-format.ts";
import { answerRoute, beginAnswer } from "./answer-route.ts";
import { cacheHeaders } from "./formats/cache-headers.ts";
import {
  createResponseBuilder,
  responseIdOf,
  type ResponseBuilder,
} from "./formats/response-format.ts";
import { toResponseFrame } from "./formats/response-frame.ts";
import { encodeEvent } from "./formats/sse-format.ts";
import { authenticate } from "./middleware/authenticate.ts";
import { refuseQuery } from "./middleware/refuse-query.ts";
import { pathParam, principalOf } from "./request-context.ts";
import { findResponse, keepResponse } from "./response-chain.ts";
import { readResponseRequest } from "./response-request.ts";
import {
  itemsRequestSchema,
  responseRequestSchema,
  type ResponseRequestBody,
} from "./schemas/response-request-schemas.ts";
import { sendAnswerStream } from "./send-answer-stream.ts";
import type { HttpDependencies } from "./types.ts";
import { validate } from "./validate.ts";

const MAX_BODY_BYTES = 8 * 1024 * 1024;

/**
 * OpenAI's Responses API. There is no way to resume here, so a client that goes away stops its answer;
 * the part that came is kept.
 */
export function responseRoutes(dependencies: HttpDependencies): Router {
  const router = Router();

  router.post(
    "/v1/responses",
    ...answerRoute(dependencies, MAX_BODY_BYTES),
    async (request, response) => {
      const body = validate(schemaOf(request.body), request.body);
      const answer = await beginResponse(body, { request, response }, dependencies);
      if (body.stream === true) await sendStream(answer, response);
      else await sendJson(answer, response);
    },
  );
  addStored(router, dependencies);
  return router;
}

function schemaOf(body: unknown): typeof responseRequestSchema | typeof itemsRequestSchema {
  const hasItems = typeof body === "object" && body !== null && "input" in body;
  return hasItems && Array.isArray(body.input) ? itemsRequestSchema : responseRequestSchema;
}

/** Responses of before: read and removed. */
function addStored(router: Router, dependencies: HttpDependencies): void {
  const { apiKeys, responses } = dependencies;
  const own = authenticate(apiKeys, "chat or admin");

  router.get("/v1/responses/:id", own, refuseQuery, async (request, response) => {
    const id = pathParam(request, "id");
    const found = await findResponse(id, principalOf(response), dependencies);
    if (found === undefined) throw unknownResponse(id);
    response.json(found.response);
  });

  router.delete("/v1/responses/:id", own, refuseQuery, async (request, response) => {
    const id = pathParam(request, "id");
    const caller = principalOf(response);
    const found = await findResponse(id, caller, dependencies);
    if (found === undefined) throw unknownResponse(id);
    await responses.remove({ tenant: caller.tenant, id });
    response.json({ id, object: "response", deleted: true });
  });
}

function unknownResponse(id: string): RepriseError {
  return new RepriseError("not_found", `There is no response ${id}.`);
}

/** An answer that is being made, as a response. */
interface ResponseUnderWay {
  readonly events: AsyncIterable<NumberedEvent>;
  readonly builder: ResponseBuilder;
  /** Called with the last event; keeps the response where it is to be kept. */
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
    const { developer } = asked;
    const { response: made } = builder;
    const calls = made.output.some(({ type }) => type === "function_call");
    const turn = calls ? [...asked.turn, ...made.output] : [];
    const stored = { response: made, developer, turn, conversationId };
    await keepResponse({ ...stored, messageId, createdAt }, caller, dependencies);
  };
  return { events, builder, keep };
}

const toSeconds = (milliseconds: number) => Math.floor(milliseconds / 1000);

async function sendJson(
  { events, builder, keep }: ResponseUnderWay,
  response: Response,
): Promise<void> {
  for await (const { event } of events) {
    if (event.type === "answer-error") throw fromReport(event.error);
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
