import type { RequestHandler } from "express";
import { RepriseError } from "../../errors.ts";
import type { RateLimitVerdict } from "../../operations/types.ts";
import { principalOf } from "../request-context.ts";
import type { HttpDependencies, Principal } from "../types.ts";

/** What limiting leans on. */
export type LimitDependencies = Pick<HttpDependencies, "rateLimiter" | "logger" | "metrics">;

/** Counts a request of this caller; a limiter that fails lets it pass. */
export async function takeRequest(
  { rateLimiter, logger, metrics }: LimitDependencies,
  principal: Principal,
): Promise<RateLimitVerdict | undefined> {
  try {
    const { tenant, name, user, owner = name } = principal;
    // Users are limited each on their own, whatever key they come through.
    return await rateLimiter?.take({ tenant, key: user === undefined ? name : owner });
  } catch (err) {
    metrics.countDegraded("limits");
    logger.debug({ err }, "the rate limiter failed");
    return undefined;
  }
}

/** The error for a refused request. */
export function rateLimited({ limit, resetMs }: RateLimitVerdict): RepriseError {
  const retryAfterSeconds = Math.max(1, Math.ceil(resetMs / 1000));
  return new RepriseError(
    "rate_limited",
    `The limit of ${limit} requests a minute is reached; try again in ${retryAfterSeconds} s.`,
    { retryAfterSeconds },
  );
}

/** Refuses what is over the limit, and tells everybody where they stand. */
export function limitRate(dependencies: LimitDependencies): RequestHandler {
  return async function checkRate(_request, response, next) {
    const verdict = await takeRequest(dependencies, principalOf(response));
    if (verdict !== undefined) {
      response.set({
        "x-ratelimit-limit-requests": String(verdict.limit),
        "x-ratelimit-remaining-requests": String(verdict.remaining),
        "x-ratelimit-reset-requests": `${Math.ceil(verdict.resetMs / 1000)}s`,
      });
      if (!verdict.allowed) throw rateLimited(verdict);
    }
    next();
  };
}
