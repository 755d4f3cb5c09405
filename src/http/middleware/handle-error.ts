import type { ErrorRequestHandler, RequestHandler } from "express";
import { RepriseError, toRepriseError } from "../../errors.ts";
import type { Logger } from "../../operations/logger.ts";
import { toErrorBody } from "../formats/error-format.ts";
import { requestIdOf } from "../request-context.ts";

/** The end of every failed request. */
export function handleError(logger: Logger): ErrorRequestHandler {
  return function sendError(thrown: unknown, request, response, _next) {
    const error = fromBodyParser(thrown) ?? toRepriseError(thrown);
    const requestId = requestIdOf(response);
    const level = error.status >= 500 ? "error" : "debug";
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

/** No route has this path. */
export const notFound: RequestHandler = function refuse(request) {
  throw new RepriseError(
    "not_found",
    `There is no ${request.method} ${request.path}; see /openapi.json.`,
  );
};

function fromBodyParser(thrown: unknown): RepriseError | undefined {
  if (typeof thrown !== "object" || thrown === null || !("type" in thrown)) return undefined;
  switch (thrown.type) {
    case "entity.parse.failed":
      return new RepriseError("invalid_json", "The body is not valid JSON.", { cause: thrown });
    case "entity.too.large":
      return new RepriseError("too_large", "The body is too large.", { cause: thrown });
    case "charset.unsupported":
    case "encoding.unsupported":
      return new RepriseError("unsupported_media_type", "The body's encoding is not supported.", {
        cause: thrown,
      });
    case "request.aborted":
    case "request.size.invalid":
      return new RepriseError("invalid_request", "The body ended early.", { cause: thrown });
    default:
      return undefined;
  }
}
