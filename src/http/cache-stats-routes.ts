import { Router } from "express";
import { hitRate, NO_TOTALS } from "../usage/add-totals.ts";
import { formatNanoUsd } from "../usage/money.ts";
import { authenticate } from "./middleware/authenticate.ts";
import { askedRange } from "./asked-range.ts";
import { principalOf } from "./request-context.ts";
import { cacheStatsQuerySchema } from "./schemas/cache-schemas.ts";
import { settleRecord } from "./settle-record.ts";
import type { HttpDependencies } from "./types.ts";
import { validate } from "./validate.ts";

type Parts = Pick<HttpDependencies, "rankings" | "entries" | "ledger" | "recorder" | "apiKeys">;

/** How many answers are stored, what they serve, and what is asked most and saves most. */
export function cacheStatsRoutes(parts: Parts): Router {
  const { rankings, entries, ledger, recorder, apiKeys } = parts;
  const router = Router();
  router.get("/v1/cache/stats", authenticate(apiKeys, "admin"), async (request, response) => {
    const { limit, ...query } = validate(cacheStatsQuerySchema, request.query);
    const { tenant } = principalOf(response);
    const range = askedRange(query, response);
    const state = await settleRecord({ recorder }, response);
    const [stored, rows, { mostAsked, mostSaved }] = await Promise.all([
      entries.count({ tenant }),
      ledger.report({ ...range, groupBy: "tenant", timeZone: query.time_zone }),
      rankings.top({ tenant, limit }),
    ]);
    // A tenant of which nothing is in the ledger has no row.
    const { requests, hits, misses, savedNanoUsd, netSavedNanoUsd } = rows[0]?.totals ?? NO_TOTALS;
    response.json({
      entries: { total: stored },
      requests,
      hits,
      misses,
      hit_rate: Number(hitRate({ hits, misses }).toFixed(4)),
      saved: formatNanoUsd(savedNanoUsd),
      net_saved: formatNanoUsd(netSavedNanoUsd),
      most_asked: mostAsked,
      most_saved: mostSaved.map(({ question, savedNanoUsd }) => ({
        question,
        saved: formatNanoUsd(savedNanoUsd),
      })),
      ...state,
    });
  });
  return router;
}
