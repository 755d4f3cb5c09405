import { Router } from "express";
import { readChatRequest } from "./chat-request.ts";
import { toExplanationBody } from "./formats/explanation-format.ts";
import { authenticate } from "./middleware/authenticate.ts";
import { readJson } from "./middleware/read-json.ts";
import { requireDocuments } from "./middleware/require-documents.ts";
import { principalOf } from "./request-context.ts";
import { explainRequestSchema } from "./schemas/cache-schemas.ts";
import type { HttpDependencies } from "./types.ts";
import { validate } from "./validate.ts";

const MAX_BODY_BYTES = 1024 * 1024;

/** What the cache would do with a question, and why. */
export function cacheExplainRoutes(dependencies: HttpDependencies): Router {
  const router = Router();
  router.post(
    "/v1/cache/explain",
    authenticate(dependencies.apiKeys, "admin"),
    requireDocuments(dependencies),
    ...readJson(MAX_BODY_BYTES),
    async (request, response) => {
      const body = validate(explainRequestSchema, request.body);
      const question = await readChatRequest(body, principalOf(response), dependencies);
      // Nothing begins here, so nothing is anybody's.
      const explained = await dependencies.explain({ ...question, caller: undefined });
      response.json(toExplanationBody(explained));
    },
  );
  return router;
}
