import { Router } from "express";
import { calibrate } from "../tuning/calibrate.ts";
import { clientSignal } from "./event-stream.ts";
import { toEvaluationBody } from "./formats/tuning-format.ts";
import { authenticate } from "./middleware/authenticate.ts";
import { readJson } from "./middleware/read-json.ts";
import { evaluateRequestSchema } from "./schemas/tuning-schemas.ts";
import type { HttpDependencies } from "./types.ts";
import { validate } from "./validate.ts";

const MAX_BODY_BYTES = 8 * 1024 * 1024;

/** What thresholds would do, on the pairs that come with the request. */
export function tuningRoutes({
  apiKeys,
  observePairs,
  embedderId,
}: Pick<HttpDependencies, "apiKeys" | "observePairs" | "embedderId">): Router {
  const router = Router();
  const admin = authenticate(apiKeys, "admin");
  router.post(
    "/v1/cache/evaluate",
    admin,
    ...readJson(MAX_BODY_BYTES),
    async (request, response) => {
      const { pairs, target_wrong_hit_rate: target } = validate(
        evaluateRequestSchema,
        request.body,
      );
      const observations = await observePairs(pairs, { signal: clientSignal(response) });
      const about = { embedder: embedderId, target, labels: observations.length };
      response.json(toEvaluationBody(calibrate(observations, target), about));
    },
  );
  return router;
}
