import type { Tone } from "../components/badge.tsx";
import { formatSimilarity } from "../format/numbers.ts";
import type { Answer } from "./turn.ts";

/** What a reply's reasons mean; a code that is not here is shown as it is. */
const REASONS: Readonly<Record<string, string>> = {
  "exact-match": "same question",
  "similarity-above-threshold": "similar enough",
  "answered-in-flight": "the same question was being answered",
  "no-stored-answer": "nothing stored yet",
  "not-embedded": "the question could not be compared",
  "similarity-below-threshold": "nothing similar enough",
  "evidence-agrees": "the same passages answer both",
  "evidence-differs": "other passages answer this question",
  "no-evidence": "nothing shows that one answer does for both",
  "stale-evidence": "the sources have changed",
  "judged-same": "a model found it the same question",
  "judged-different": "a model found it another question",
  "judge-unavailable": "the judge did not answer in time",
  "entry-too-old": "the stored answer is too old",
  "numbers-differ": "other numbers",
  "units-differ": "other units",
  "dates-differ": "other dates",
  "negation-differs": "one says no, the other yes",
  opposites: "opposites",
  "word-order-differs": "the same words in another order",
  "names-differ": "other names",
  "places-differ": "other places",
  "codes-differ": "other codes",
  "question-word-differs": "asks for something else",
  "directions-differ": "the other way round",
  "surroundings-differ": "other text around the question",
  "unseen-text-differs": "other signs or letters",
  "ask-not-separated": "what is asked does not stand apart",
  "longer-than-calibrated": "too long to go by similarity",
  "same-words": "the same words",
  reworded: "the same question in other words",
  "reads-as-instruction": "gives the model instructions, not looked up",
  "in-quarantine": "the stored answer was reported",
  "bypass-requested": "cache not used on request",
  "refresh-requested": "answered anew on request",
  "follow-up-not-resolved": "follow-up within this conversation",
  "small-talk": "small talk, not looked up",
  "about-oneself": "about the person who asks",
  "conversation-context": "depends on what was said before",
  "unknown-history": "the conversation could not be read",
  "context-setting": "sets the context of the conversation",
  task: "work on a text, not looked up",
  "personal-data": "holds personal data",
  "cache-disabled": "cache is off",
  "cache-unavailable": "cache out of reach",
};

/** What is said of an answer that did not end by itself. */
const ENDINGS: Readonly<Record<string, string>> = {
  stopped: "stopped by you",
  length: "cut at the model's length limit",
  content_filter: "held back by the model's filter",
};

/** A reason in words. */
export function describeReason(reason: string): string {
  return REASONS[reason] ?? reason;
}

export interface Verdict {
  readonly tone: Tone;
  readonly words: string;
}

/** The badge of an answer: where it came from. */
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
  if (status === "disabled") return { tone: "plain", words: "cache off" };
  if (status !== "hit") return { tone: "plain", words: status };
  const words = tier ?? "hit";
  if (tier === "exact" || similarity === null) return { tone: "good", words };
  return { tone: "good", words: `${words} ${formatSimilarity(similarity)}` };
}

/** The line beside the badge: why, and what the answer went without. */
export function noteOf({ phase, cache, reply, past }: Answer): string {
  if (phase === "lost") return "the connection was lost, trying again";
  const finish = ENDINGS[reply?.finish_reason ?? past?.finishReason ?? ""];
  const degraded = reply?.degraded ?? [];
  const without = degraded.length === 0 ? undefined : `went on without ${degraded.join(" and ")}`;
  return [...reasonsOf(cache), finish, without].filter((part) => part !== undefined).join(", ");
}

function reasonsOf(cache: Answer["cache"]): string[] {
  if (cache === undefined) return [];
  const known = cache.reasons.map(describeReason);
  const isNear = cache.status === "hit" && cache.tier !== "exact";
  const matched =
    isNear && cache.matched_question !== cache.question ? cache.matched_question : null;
  return matched === null ? known : [...known, `asked before as “${matched}”`];
}
