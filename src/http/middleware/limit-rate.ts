import type { RequestHandler } from "express";
import { RepriseError } from "../../errors.ts";
import type { RateLimitVerdict } from "../../operations/types.ts";
import { principalOf } from "../request-context.ts";
import type { HttpDependencies, Principal } from "../types.ts";

/** Dependencies of the rate limit. */
export type LimitDependencies = Pick<HttpDependencies, "rateLimiter" | "logger" | "metrics">;

/** Counts a request of this caller. If the limiter fails, the request passes. */
export async function takeRequest(
  { rateLimiter, logger, metrics }: LimitDependencies,
  principal: Principal,
): Promise<RateLimitVerdict | undefined> {
  try {
    const { tenant, name, user, owner = name } = principal;
    // Each user has a separate limit, regardless of the key.
    return await rateLimiter?.take({ tenant, key: user === undefined ? name : owner });
  } catch (err) {
    metrics.countDegraded("limits");
    logger.debug({ err }, "the rate limiter failed");
    return undefined;
  }
}

/** The error for a request over the limit. */
export function rateLimited({ limit, resetMs }: RateLimitVerdict): RepriseError {
  const retryAfterSeconds = Math.max(1, Math.ceil(resetMs / 1000));
  return new RepriseError(
    "rate_limited",
    `The limit of ${limit} requests per minute is reached. Try again in ${retryAfterSeconds} s.`,
    { retryAfterSeconds },
  );
}

/** Rejects requests over the limit, and sends rate-limit headers with every reply. */
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
