import type { Tone } from "../components/badge.tsx";
import { formatSimilarity } from "../format/numbers.ts";
import type { Answer } from "./turn.ts";

/** Reason codes in words. An unknown code is shown unchanged. */
const REASONS: Readonly<Record<string, string>> = {
  "exact-match": "same question",
  "similarity-above-threshold": "similar enough",
  "answered-in-flight": "answered together with the same question",
  "no-stored-answer": "no cached answer yet",
  "not-embedded": "the question could not be compared",
  "similarity-below-threshold": "no cached question is similar enough",
  "evidence-agrees": "the same passages answer both",
  "evidence-differs": "different passages answer this question",
  "no-evidence": "no evidence that one answer serves both",
  "stale-evidence": "the sources have changed",
  "judged-same": "a model judged it the same question",
  "judged-different": "a model judged it a different question",
  "judge-unavailable": "the judge did not answer in time",
  "entry-too-old": "the cached answer is too old",
  "numbers-differ": "different numbers",
  "units-differ": "different units",
  "dates-differ": "different dates",
  "negation-differs": "one of the questions is negated",
  opposites: "opposites",
  "word-order-differs": "the same words in a different order",
  "names-differ": "different names",
  "places-differ": "different places",
  "codes-differ": "different codes",
  "question-word-differs": "asks for something different",
  "directions-differ": "the opposite direction",
  "surroundings-differ": "different text around the question",
  "unseen-text-differs": "different symbols or letters",
  "ask-not-separated": "the question cannot be separated from the text around it",
  "longer-than-calibrated": "too long to compare by similarity",
  "same-words": "the same words",
  reworded: "the same question in other words",
  "reads-as-instruction": "gives the model instructions",
  "in-quarantine": "a reader reported the cached answer",
  "bypass-requested": "as requested",
  "refresh-requested": "regenerated on request",
  "follow-up-not-resolved": "follow-up within this conversation",
  "small-talk": "small talk",
  "about-oneself": "about the person who asks",
  "conversation-context": "depends on the conversation",
  "unknown-history": "the conversation could not be read",
  "context-setting": "sets the context of the conversation",
  task: "task on a text",
  "personal-data": "contains personal data",
  "cache-disabled": "cache is off",
  "cache-unavailable": "cache unavailable",
};

/** Notes on answers that did not end normally. */
const ENDINGS: Readonly<Record<string, string>> = {
  stopped: "stopped by you",
  length: "cut at the model's length limit",
  content_filter: "blocked by the model's content filter",
};

/** Cache statuses in words for the reader; tiers and other statuses are shown unchanged. */
const STATUSES: Readonly<Record<string, string>> = {
  bypass: "cache not used",
  refresh: "regenerated",
  disabled: "cache off",
};

/** A reason in words. */
export function describeReason(reason: string): string {
  return REASONS[reason] ?? reason;
}

/** A cache status in words. */
export function describeStatus(status: string): string {
  return STATUSES[status] ?? status;
}

export interface Verdict {
  readonly tone: Tone;
  readonly words: string;
}

/** The badge of an answer: cache hit, miss or none. */
export function verdictOf({ phase, cache, past }: Answer): Verdict {
  if (phase === "failed") return { tone: "bad", words: "failed" };
  if (phase === "lost") return { tone: "warn", words: "waiting" };
  if (cache !== undefined) return ofOutcome(cache);
  if (past !== undefined) return ofOutcome({ ...past, similarity: null });
  return { tone: "plain", words: "asking" };
}

interface Outcome {
  readonly status: string;
  readonly tier: string | null;
  readonly similarity: number | null;
}

/** The badge of a status, tier and similarity. */
export function ofOutcome({ status, tier, similarity }: Outcome): Verdict {
  if (status !== "hit") return { tone: "plain", words: describeStatus(status) };
  const words = tier ?? "hit";
  if (tier === "exact" || similarity === null) return { tone: "good", words };
  return { tone: "good", words: `${words} ${formatSimilarity(similarity)}` };
}

/** The line beside the badge: the reasons, and dependencies that were unavailable. */
export function noteOf({ phase, cache, reply, past }: Answer): string {
  if (phase === "lost") return "the connection was lost, trying again";
  const finish = ENDINGS[reply?.finish_reason ?? past?.finishReason ?? ""];
  const degraded = reply?.degraded ?? [];
  const missing = degraded.length === 0 ? undefined : `unavailable: ${degraded.join(" and ")}`;
  return [...reasonsOf(cache), finish, missing].filter((part) => part !== undefined).join(", ");
}

function reasonsOf(cache: Answer["cache"]): string[] {
  if (cache === undefined) return [];
  const known = cache.reasons.map(describeReason);
  const isNear = cache.status === "hit" && cache.tier !== "exact";
  const matched =
    isNear && cache.matched_question !== cache.question ? cache.matched_question : null;
  return matched === null ? known : [...known, `asked before as “${matched}”`];
}
