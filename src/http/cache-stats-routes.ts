import { Router } from "express";
import { formatNanoUsd } from "../usage/money.ts";
import { authenticate } from "./middleware/authenticate.ts";
import { principalOf } from "./request-context.ts";
import { cacheStatsQuerySchema } from "./schemas/cache-schemas.ts";
import type { HttpDependencies } from "./types.ts";
import { validate } from "./validate.ts";

/** What the cache is asked most and saves most by. */
export function cacheStatsRoutes({
  rankings,
  apiKeys,
}: Pick<HttpDependencies, "rankings" | "apiKeys">): Router {
  const router = Router();
  router.get("/v1/cache/stats", authenticate(apiKeys, "admin"), async (request, response) => {
    const { limit } = validate(cacheStatsQuerySchema, request.query);
    const { tenant } = principalOf(response);
    const { mostAsked, mostSaved } = await rankings.top({ tenant, limit });
    response.json({
      most_asked: mostAsked,
      most_saved: mostSaved.map(({ question, savedNanoUsd }) => ({
        question,
        saved: formatNanoUsd(savedNanoUsd),
      })),
    });
  });
  return router;
}
