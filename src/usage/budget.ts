import type { NanoUsd } from "./types.ts";

/** The budget's verdict on one model call. */
export type BudgetVerdict =
  | { readonly kind: "held"; readonly hold: string }
  | {
      readonly kind: "refused";
      /** `spent`: today's budget is used up; `held`: calls in progress reserve the rest. */
      readonly reason: "spent" | "held";
      readonly retryAfterSeconds: number;
    };

/** The daily budget of a tenant (UTC days). */
export interface Budget {
  /** Reserves the estimated cost of a model call before it starts. */
  hold(call: { tenant: string; estimate: NanoUsd }): Promise<BudgetVerdict>;
  /** Books the actual cost of a request and releases its reservation. */
  settle(request: { tenant: string; hold: string | undefined; cost: NanoUsd }): Promise<void>;
}

/** The budget of a tenant without a limit. */
export const UNLIMITED: Budget = {
  hold: async () => ({ kind: "held", hold: "" }),
  settle: async () => {},
};

/**
 * Decides whether a call may start. A call may start if it fits within the limit together with all
 * reservations. If nothing else is in progress, it may also exceed the rest, so that a day ends at
 * most one answer over the limit.
 *
 * @param state `held` is the sum of the estimates of the `calls` in progress
 */
export function checkBudget(
  state: { limit: NanoUsd; spent: NanoUsd; held: NanoUsd; calls: number },
  estimate: NanoUsd,
): "allowed" | "spent" | "held" {
  if (state.spent >= state.limit) return "spent";
  if (state.calls === 0 || state.spent + state.held + estimate <= state.limit) return "allowed";
  return "held";
}
