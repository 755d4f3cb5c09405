import type { RequestHandler, Response } from "express";
import { z } from "zod";
import type { Principal } from "./types.ts";

const localsSchema = z.object({
  requestId: z.string(),
  principal: z.custom<Principal>((value) => typeof value === "object" && value !== null),
});

/** Sets the request id and its header. A valid id from the client is kept. */
export function requestId(newId: (prefix: string) => string): RequestHandler {
  return function setRequestId(request, response, next) {
    const given = request.get("x-request-id");
    const id = given !== undefined && /^[\w.-]{1,128}$/.test(given) ? given : newId("req");
    response.locals["requestId"] = id;
    response.set("X-Request-Id", id);
    next();
  };
}

/** The id of this request, as in the reply's `X-Request-Id`. */
export function requestIdOf(response: Response): string {
  return localsSchema.shape.requestId.parse(response.locals["requestId"]);
}

/** The caller; set by the authentication. */
export function principalOf(response: Response): Principal {
  return localsSchema.shape.principal.parse(response.locals["principal"]);
}
