/** Differences that may make two like questions ask for different answers. */
export type GuardName =
  | "numbers"
  | "units"
  | "dates"
  | "negation"
  | "opposites"
  | "order"
  | "names"
  | "codes"
  | "places";

/** Stable codes that reach clients in `cache.reasons`. */
export type GuardReason =
  | "numbers-differ"
  | "units-differ"
  | "dates-differ"
  | "negation-differs"
  | "opposites"
  | "word-order-differs"
  | "names-differ"
  | "codes-differ"
  | "places-differ";

/** What a guard found. */
export interface GuardFinding {
  readonly guard: GuardName;
  /** Hard: never served, however near. Soft: served only on agreeing evidence. */
  readonly strength: "hard" | "soft";
  readonly reason: GuardReason;
}

/** Which guards are on; all are unless `false`. */
export type GuardSwitches = Readonly<Partial<Record<GuardName, boolean>>>;

/** Says why two standalone questions may not share an answer; nothing when it knows of no reason. */
export type CompareQuestions = (
  asked: string,
  stored: string,
  switches?: GuardSwitches,
) => readonly GuardFinding[];
