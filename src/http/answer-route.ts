import type { RequestHandler, Response } from "express";
import type { ChatRequest, NumberedEvent } from "../chat/types.ts";
import { RepriseError } from "../errors.ts";
import { clientSignal } from "./event-stream.ts";
import { holdAnswer, keepSlotUntil } from "./middleware/hold-answer.ts";
import { limitRate } from "./middleware/limit-rate.ts";
import { readJson } from "./middleware/read-json.ts";
import { requireDocuments } from "./middleware/require-documents.ts";
import { principalOf, requestIdOf } from "./request-context.ts";
import type { HttpDependencies } from "./types.ts";

/** Error codes of model servers and of the limits before them, for /openapi.json. */
export const MODEL_ERRORS = {
  413: "context_too_long, too_large",
  429: "model_rate_limited, rate_limited, budget_exceeded; Retry-After says when to retry",
  502: "model_failed, model_unauthorized, model_quota, model_refused_request",
  503: "model_unavailable, not_ready; Retry-After says when to retry",
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
