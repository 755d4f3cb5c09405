import type { RequestHandler } from "express";

/** Gives each request an id and tells it; a client's own is kept when it is plain. */
export function requestId(newId: (prefix: string) => string): RequestHandler {
  return function setRequestId(request, response, next) {
    const given = request.get("x-request-id");
    const id = given !== undefined && /^[\w.-]{1,128}$/.test(given) ? given : newId("req");
    response.locals["requestId"] = id;
    response.set("X-Request-Id", id);
    next();
  };
}
