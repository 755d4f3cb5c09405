import type { ErrorRequestHandler } from "express";
import { z } from "zod";
import { RepriseError, toRepriseError, type ErrorCode } from "../../errors.ts";
import type { Logger } from "../../operations/logger.ts";
import { toErrorBody } from "../formats/reply-format.ts";
import { ClientGone } from "../event-stream.ts";
import { requestIdOf } from "../request-context.ts";

/** The end of every failed request. */
export function handleError(logger: Logger): ErrorRequestHandler {
  return function sendError(thrown: unknown, request, response, _next) {
    // There is nobody to tell, and nothing is wrong.
    if (thrown instanceof ClientGone) return;
    const error = fromExpress(thrown) ?? toRepriseError(thrown);
    const requestId = requestIdOf(response);
    // While the service starts, every request is told to come back.
    const isNews = error.status >= 500 && error.code !== "not_ready";
    const level = isNews ? "error" : "debug";
    logger[level]({ err: error.cause ?? error, requestId, code: error.code }, "request failed");
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (error.retryAfterSeconds !== undefined) {
      response.set("Retry-After", String(error.retryAfterSeconds));
    }
    // An unread body would be taken for the next request on this connection.
    if (!request.complete) response.set("Connection", "close");
    response.status(error.status).json(toErrorBody(error, requestId));
  };
}

type Refusal = readonly [ErrorCode, string];

/** What Express and its parts throw at a request that they cannot take; providers' errors lack `expose`. */
const refusalSchema = z.object({
  type: z.unknown().optional(),
  status: z.int().min(400).max(499),
  expose: z.literal(true),
});

/** Refusals without a type: of the file server, and of a body that is not packed as it says. */
const STATUS_ERRORS = new Map<number, Refusal>([
  [412, ["precondition_failed", "The file has changed; ask without conditions."]],
]);
const UNREADABLE: Refusal = [
  "invalid_request",
  "The body could not be read; check its Content-Encoding.",
];

/** What Express's body parser says, as errors of ours. */
const BODY_ERRORS = new Map<unknown, Refusal>([
  ["entity.parse.failed", ["invalid_json", "The body is not valid JSON."]],
  ["entity.verify.failed", ["invalid_json", "The body is not UTF-8."]],
  ["entity.too.large", ["too_large", "The body is too large."]],
  ["charset.unsupported", ["unsupported_media_type", "The body's encoding is not supported."]],
  ["encoding.unsupported", ["unsupported_media_type", "The body's encoding is not supported."]],
  ["request.aborted", ["invalid_request", "The body ended early."]],
  ["request.size.invalid", ["invalid_request", "The body ended early."]],
]);

/** Express's router fails on a path that is no text, its body parser on a body that is none. */
function fromExpress(thrown: unknown): RepriseError | undefined {
  if (thrown instanceof URIError) {
    const message = "The path is not well percent-encoded.";
    return new RepriseError("invalid_request", message, { cause: thrown });
  }
  const refusal = refusalSchema.safeParse(thrown);
  if (!refusal.success) return undefined;
  const { type, status } = refusal.data;
  const [code, message] = BODY_ERRORS.get(type) ?? STATUS_ERRORS.get(status) ?? UNREADABLE;
  return new RepriseError(code, message, { cause: thrown });
}
