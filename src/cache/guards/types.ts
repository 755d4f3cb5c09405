/** What a guard compares. */
export const GUARD_NAMES = [
  "language",
  "numbers",
  "units",
  "dates",
  "negation",
  "opposites",
  "form",
  "order",
  "names",
  "codes",
  "places",
  "asks",
  "words",
  "directions",
] as const;

export type GuardName = (typeof GUARD_NAMES)[number];

/** Stable reason codes, returned to clients in `cache.reasons`. */
export type GuardReason =
  | "language-differs"
  | "language-without-guards"
  | "numbers-differ"
  | "units-differ"
  | "dates-differ"
  | "negation-differs"
  | "opposites"
  | "form-differs"
  | "word-order-differs"
  | "names-differ"
  | "codes-differ"
  | "places-differ"
  | "question-word-differs"
  | "word-differs"
  | "directions-differ"
  | "surroundings-differ"
  | "unseen-text-differs"
  | "ask-not-separated"
  | "longer-than-calibrated";

/** A reason why two questions may not share an answer. */
export interface GuardFinding {
  readonly guard: GuardName | "surroundings";
  /** `hard`: a miss at any similarity. `soft`: a hit needs agreeing evidence. */
  readonly strength: "hard" | "soft";
  readonly reason: GuardReason;
}

/** All guards are on unless `false`. */
export type GuardSwitches = Readonly<Partial<Record<GuardName, boolean>>>;

/**
 * Compares two standalone questions. An empty list means no objection to a common answer. Pure, never throws,
 * linear in the length of the questions.
 */
export type CompareQuestions = (
  asked: string,
  stored: string,
  switches?: GuardSwitches,
  /** Tenant of the questions: readings are remembered per tenant. Default: not remembered. */
  tenant?: string,
) => readonly GuardFinding[];
