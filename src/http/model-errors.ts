/** Of the model's server, and of what stands before it. */
export const MODEL_ERRORS = {
  413: "context_too_long, too_large",
  429: "model_rate_limited, rate_limited, budget_exceeded; Retry-After says when to come back",
  502: "model_failed, model_unauthorized, model_quota, model_refused_request",
  503: "model_unavailable, not_ready; Retry-After says when to come back",
  504: "model_timed_out",
} as const;
