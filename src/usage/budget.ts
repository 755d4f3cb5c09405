import type { NanoUsd } from "./types.ts";

/** A verdict on one model call. */
export type BudgetVerdict =
  | { readonly kind: "held"; readonly hold: string }
  | {
      readonly kind: "refused";
      /** `spent`: over for today; `held`: what is left is held by calls under way. */
      readonly reason: "spent" | "held";
      readonly retryAfterSeconds: number;
    };

/** What a tenant may spend in a day (UTC). */
export interface Budget {
  /** Holds money for a model call, before it. */
  hold(call: { tenant: string; estimate: NanoUsd }): Promise<BudgetVerdict>;
  /** Counts what a request cost and gives back what was held for it. */
  settle(request: { tenant: string; hold: string | undefined; cost: NanoUsd }): Promise<void>;
}

/** The budget of whoever has none. */
export const UNLIMITED: Budget = {
  hold: async () => ({ kind: "held", hold: "" }),
  settle: async () => {},
};

/**
 * Whether a call may begin. Calls that fit together with all that is held may; one that does not fit
 * may where nothing else is under way, so that the last answer of a day is at most one over.
 *
 * @param state `held` is the sum of the estimates of `calls` under way
 */
export function judgeCall(
  state: { limit: NanoUsd; spent: NanoUsd; held: NanoUsd; calls: number },
  estimate: NanoUsd,
): "allowed" | "spent" | "held" {
  if (state.spent >= state.limit) return "spent";
  if (state.calls === 0 || state.spent + state.held + estimate <= state.limit) return "allowed";
  return "held";
}
