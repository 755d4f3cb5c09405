import type { Request, Response } from "express";
import { z } from "zod";
import type { Principal } from "./types.ts";

const localsSchema = z.object({
  requestId: z.string(),
  principal: z.custom<Principal>((value) => typeof value === "object" && value !== null),
});

/** The id of this request, as the reply's `X-Request-Id` has it. */
export function requestIdOf(response: Response): string {
  return localsSchema.shape.requestId.parse(response.locals["requestId"]);
}

/** Who asks; set by the authentication. */
export function principalOf(response: Response): Principal {
  return localsSchema.shape.principal.parse(response.locals["principal"]);
}

/** A parameter of the path. */
export function pathParam(request: Request, name: string): string {
  return z.string().parse(request.params[name]);
}
