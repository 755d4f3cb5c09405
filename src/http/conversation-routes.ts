import { Router, type Request } from "express";
import { z } from "zod";
import { RepriseError } from "../errors.ts";
import { authenticate } from "./middleware/authenticate.ts";
import { principalOf } from "./request-context.ts";
import { idSchema } from "./schemas/common-schemas.ts";
import type { HttpDependencies } from "./types.ts";
import { validate } from "./validate.ts";

const pathSchema = z.object({ id: idSchema });

/** The context windows of conversations. */
export function conversationRoutes({ history, apiKeys }: HttpDependencies): Router {
  const router = Router();
  const chat = authenticate(apiKeys, "chat");

  router.get("/v1/conversations/:id", chat, async (request, response) => {
    const conversationId = readId(request);
    const window = await history.read({ tenant: principalOf(response).tenant, conversationId });
    if (window.length === 0) throw unknown(conversationId);
    response.json({ id: conversationId, window });
  });

  router.delete("/v1/conversations/:id", chat, async (request, response) => {
    const conversationId = readId(request);
    const { tenant } = principalOf(response);
    if (!(await history.remove({ tenant, conversationId }))) throw unknown(conversationId);
    response.json({ id: conversationId, deleted: true });
  });
  return router;
}

function readId(request: Request): string {
  return validate(pathSchema, { ...request.params }).id;
}

function unknown(id: string): RepriseError {
  return new RepriseError(
    "not_found",
    `There is no conversation ${id}; its 24 hours may have passed.`,
  );
}
