import type { CacheOutcome, NumberedEvent } from "./types.ts";

/**
 * An event for somebody who may not read what others asked: the matched question is another person's
 * words, unless the exact tier found it, where it is the asker's own.
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
