/** What a guard looks at. */
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

/** Stable reason codes; they reach clients in `cache.reasons`. */
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

/** One reason why two questions may not share an answer. */
export interface GuardFinding {
  readonly guard: GuardName | "surroundings";
  /** `hard` is a miss at any similarity; `soft` asks for agreeing evidence. */
  readonly strength: "hard" | "soft";
  readonly reason: GuardReason;
}

/** All guards are on unless `false`. */
export type GuardSwitches = Readonly<Partial<Record<GuardName, boolean>>>;

/**
 * Compares two standalone questions; an empty list means that nothing speaks against one answer for
 * both. Pure, never throws, and takes a time linear to the length of the questions.
 */
export type CompareQuestions = (
  asked: string,
  stored: string,
  switches?: GuardSwitches,
  /** Whose questions they are: readings are remembered for a tenant alone; none: not at all. */
  tenant?: string,
) => readonly GuardFinding[];
