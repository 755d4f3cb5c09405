import { createAnswerCache, type AnswerCacheDependencies } from "../cache/answer-cache.ts";
import { createMemoryAnswers } from "../cache/memory-answers.ts";
import { createRetrieve } from "../knowledge/retrieve.ts";
import { createMemoryPassages } from "../knowledge/memory-passages.ts";
import type { ReplayCache } from "../tuning/replay.ts";

/**
 * Creates an empty in-process answer cache with a settable clock, otherwise like the live one.
 *
 * @param questions maximum number of replayed questions, each of which stores at most one answer;
 * space for all is allocated at once
 */
export function createReplayCache(
  dimensions: number,
  comparing: Pick<AnswerCacheDependencies, "compareQuestions" | "compareWords" | "separateAsk">,
  questions: number,
): ReplayCache {
  let time = 0;
  const now = () => time;
  const maxEntries = Math.max(1, questions);
  const answers = createMemoryAnswers({ dimensions, now, maxEntries });
  const passages = createMemoryPassages({ dimensions });
  const retrieve = createRetrieve(passages);
  return {
    cache: createAnswerCache({
      answers,
      passages,
      retrieve,
      ...comparing,
      now,
    }),
    setTime(milliseconds) {
      time = milliseconds;
    },
    async close() {
      await Promise.all([answers.close(), passages.close()]);
    },
  };
}
