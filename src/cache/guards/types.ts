/** What a guard looks at. */
export type GuardName =
  | "numbers"
  | "units"
  | "dates"
  | "negation"
  | "opposites"
  | "order"
  | "names"
  | "codes"
  | "places"
  | "asks";

/** Stable reason codes; they reach clients in `cache.reasons`. */
export type GuardReason =
  | "numbers-differ"
  | "units-differ"
  | "dates-differ"
  | "negation-differs"
  | "opposites"
  | "word-order-differs"
  | "names-differ"
  | "codes-differ"
  | "places-differ"
  | "question-word-differs";

/** One reason why two questions may not share an answer. */
export interface GuardFinding {
  readonly guard: GuardName;
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
) => readonly GuardFinding[];
