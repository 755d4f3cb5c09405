import type { CacheOutcome, NumberedEvent } from "./types.ts";

/**
 * Hides the matched question from users who may not read the questions of others. An exact hit keeps it: it has
 * the asker's own words.
 */
export function hideQuestions(numbered: NumberedEvent): NumberedEvent {
  const { event } = numbered;
  if (event.type === "answer-start") {
    return { ...numbered, event: { ...event, cache: withoutQuestion(event.cache) } };
  }
  if (event.type !== "answer-end") return numbered;
  const reply = { ...event.reply, cache: withoutQuestion(event.reply.cache) };
  return { ...numbered, event: { ...event, reply } };
}

function withoutQuestion(cache: CacheOutcome): CacheOutcome {
  return cache.tier === "exact" ? cache : { ...cache, matchedQuestion: null };
}
