import { Router } from "express";
import { authenticate } from "./middleware/authenticate.ts";
import { readJson } from "./middleware/read-json.ts";
import { pathParam, principalOf } from "./request-context.ts";
import { feedbackRequestSchema } from "./schemas/feedback-schemas.ts";
import type { HttpDependencies } from "./types.ts";
import { validate } from "./validate.ts";

const MAX_BODY_BYTES = 64 * 1024;

/** What readers think of answers. */
export function feedbackRoutes({
  giveFeedback,
  apiKeys,
}: Pick<HttpDependencies, "giveFeedback" | "apiKeys">): Router {
  const router = Router();
  router.post(
    "/v1/messages/:id/feedback",
    authenticate(apiKeys, "chat or admin"),
    ...readJson(MAX_BODY_BYTES),
    async (request, response) => {
      const { rating, comment = null } = validate(feedbackRequestSchema, request.body);
      const caller = principalOf(response);
      const id = pathParam(request, "id");
      const said = { rating, comment, createdAt: Date.now() };
      const given = { tenant: caller.tenant, messageId: id, caller, ...said };
      const { isQuarantined } = await giveFeedback(given);
      response.json({ id, rating, comment, quarantined: isQuarantined });
    },
  );
  return router;
}
