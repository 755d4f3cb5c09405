import type { RequestHandler, Response } from "express";
import type { ChatRequest, NumberedEvent } from "../chat/types.ts";
import { RepriseError } from "../errors.ts";
import { readJson } from "./validate.ts";
import { principalOf, requestIdOf, clientSignal } from "./request-context.ts";
import type { HttpDependencies, Principal } from "./types.ts";
import type { RateLimitVerdict } from "../operations/types.ts";
import { z } from "zod";
import type { Slot, SlotOwner, SlotVerdict } from "../operations/concurrency.ts";

/** Error codes of model servers and of the limits before them, for /openapi.json. */
export const MODEL_ERRORS = {
  413: "context_too_long, too_large",
  429: "model_rate_limited, rate_limited, budget_exceeded; Retry-After says when to come back",
  502: "model_failed, model_unauthorized, model_quota, model_refused_request",
  503: "model_unavailable, not_ready; Retry-After says when to come back",
  504: "model_timed_out",
} as const;

/** Handlers before the validation of every answer request. */
export function beforeAnswer(dependencies: HttpDependencies, maxBytes: number): RequestHandler[] {
  return [
    requireDocuments(dependencies),
    limitRate(dependencies),
    holdAnswer(dependencies),
    ...readJson(maxBytes),
  ];
}

/** An answer that this reply follows. */
export interface FollowedAnswer {
  /** Message id. */
  readonly id: string;
  readonly events: AsyncIterable<NumberedEvent>;
}

/**
 * Begins an answer and follows it.
 *
 * @param stopsWithClient for formats that cannot be resumed: a disconnect stops the answer
 */
export function beginAnswer(
  question: ChatRequest,
  response: Response,
  { answers }: Pick<HttpDependencies, "answers">,
  { stopsWithClient = false } = {},
): FollowedAnswer {
  const id = answers.start({ ...question, requestId: requestIdOf(response) });
  const followed = followAnswer(id, response, { answers });
  if (stopsWithClient) {
    const { tenant } = question;
    const signal = clientSignal(response);
    const stop = () => answers.stop({ tenant, id });
    // The client may have disconnected while the request was read.
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  }
  return followed;
}

/** Follows an answer that this request started. The request holds its slot until both have ended. */
export function followAnswer(
  id: string,
  response: Response,
  { answers }: Pick<HttpDependencies, "answers">,
): FollowedAnswer {
  keepSlotUntil(response, answers.whenEnded(id));
  const caller = principalOf(response);
  const signal = clientSignal(response);
  const events = answers.follow({ tenant: caller.tenant, id, caller, afterSeq: 0, signal });
  if (events === undefined) throw new RepriseError("internal_error", "The answer was lost.");
  return { id, events };
}

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
    `The limit of ${limit} requests a minute is reached; try again in ${retryAfterSeconds} s.`,
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

/** Seconds after which a slot may be free. */
const RETRY_SECONDS = 1;

/**
 * Takes a slot for an answer that runs or is sent.
 *
 * @throws RepriseError `rate_limited` (429) if the key has too many open answers, `overloaded` (503) if the
 * process has
 */
export function takeAnswerSlot(
  { answerSlots }: Pick<HttpDependencies, "answerSlots">,
  owner: SlotOwner,
): Slot {
  const verdict = answerSlots.take(owner);
  if (verdict.kind === "taken") return verdict.slot;
  throw refusedSlot(verdict);
}

/** The error if no slot is free. */
function refusedSlot({ by, limit }: Extract<SlotVerdict, { kind: "refused" }>): RepriseError {
  const message =
    by === "key"
      ? `A key may have ${limit} answers open at once; try again when one has ended.`
      : `The service has ${limit} answers open, as many as it may; try again in a moment.`;
  return new RepriseError(by === "key" ? "rate_limited" : "overloaded", message, {
    retryAfterSeconds: RETRY_SECONDS,
  });
}

/** Takes a slot and releases it when the reply closes. */
export function holdAnswer(dependencies: Pick<HttpDependencies, "answerSlots">): RequestHandler {
  return function takeSlot(_request, response, next) {
    const slot = takeAnswerSlot(dependencies, principalOf(response));
    response.locals["answerSlot"] = slot;
    if (response.closed) slot.release();
    else response.once("close", () => slot.release());
    next();
  };
}

const slotSchema = z.custom<Slot>((value) => typeof value === "object" && value !== null);

/** Keeps the slot for an answer that continues after a disconnect. */
function keepSlotUntil(response: Response, ended: Promise<unknown>): void {
  slotSchema.parse(response.locals["answerSlot"]).until(ended);
}

/**
 * While the documents are loading, an answer would wrongly say that they contain nothing.
 *
 * @throws RepriseError `not_ready`
 */
export function checkDocuments({ readiness }: Pick<HttpDependencies, "readiness">): void {
  if (readiness().parts["documents"] === "ok") return;
  const message = "The documents are still being loaded; try again in a moment.";
  throw new RepriseError("not_ready", message, { retryAfterSeconds: 1 });
}

/** Rejects requests until the documents are loaded. */
export function requireDocuments(
  dependencies: Pick<HttpDependencies, "readiness">,
): RequestHandler {
  return function waitForDocuments(_request, _response, next) {
    checkDocuments(dependencies);
    next();
  };
}
