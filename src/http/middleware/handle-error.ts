import type { ErrorRequestHandler } from "express";
import { z } from "zod";
import { RepriseError, toRepriseError, type ErrorCode } from "../../errors.ts";
import type { Logger } from "../../operations/logger.ts";
import { toErrorBody } from "../formats/reply-format.ts";
import { ClientGone } from "../event-stream.ts";
import { requestIdOf } from "../request-context.ts";

/** Sends the error reply of every failed request. */
export function handleError(logger: Logger): ErrorRequestHandler {
  return function sendError(thrown: unknown, request, response, _next) {
    // The client has disconnected: not an error.
    if (thrown instanceof ClientGone) return;
    const error = fromExpress(thrown) ?? toRepriseError(thrown);
    const requestId = requestIdOf(response);
    // During startup, every request fails with `not_ready`; that is not logged as an error.
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
    // The rest of an unread body would be parsed as the next request on this connection.
    if (!request.complete) response.set("Connection", "close");
    response.status(error.status).json(toErrorBody(error, requestId));
  };
}

type Refusal = readonly [ErrorCode, string];

/** Client errors of Express and its middleware. Errors of model providers lack `expose`. */
const refusalSchema = z.object({
  type: z.unknown().optional(),
  status: z.int().min(400).max(499),
  expose: z.literal(true),
});

/** Errors without a type: from the file server, and for a body with a wrong content encoding. */
const STATUS_ERRORS = new Map<number, Refusal>([
  [412, ["precondition_failed", "The file has changed. Repeat the request without conditions."]],
]);
const UNREADABLE: Refusal = [
  "invalid_request",
  "The body cannot be read. Check its Content-Encoding.",
];

/** Errors of Express's body parser, as Reprise errors. */
const BODY_ERRORS = new Map<unknown, Refusal>([
  ["entity.parse.failed", ["invalid_json", "The body is not valid JSON."]],
  ["entity.verify.failed", ["invalid_json", "The body is not UTF-8."]],
  ["entity.too.large", ["too_large", "The body is too large."]],
  ["charset.unsupported", ["unsupported_media_type", "The body's encoding is not supported."]],
  ["encoding.unsupported", ["unsupported_media_type", "The body's encoding is not supported."]],
  ["request.aborted", ["invalid_request", "The body ended early."]],
  ["request.size.invalid", ["invalid_request", "The body ended early."]],
]);

/** Express's router throws if a path is not valid text, its body parser if a body is not. */
function fromExpress(thrown: unknown): RepriseError | undefined {
  if (thrown instanceof URIError) {
    const message = "The path has an invalid percent-encoding.";
    return new RepriseError("invalid_request", message, { cause: thrown });
  }
  const refusal = refusalSchema.safeParse(thrown);
  if (!refusal.success) return undefined;
  const { type, status } = refusal.data;
  const [code, message] = BODY_ERRORS.get(type) ?? STATUS_ERRORS.get(status) ?? UNREADABLE;
  return new RepriseError(code, message, { cause: thrown });
}
