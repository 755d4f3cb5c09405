import { createAnswerCache, type AnswerCacheDependencies } from "../cache/answer-cache.ts";
import { createMemoryAnswers } from "../cache/memory-answers.ts";
import { createRetrieve } from "../knowledge/retrieve.ts";
import { createMemoryPassages } from "../knowledge/memory-passages.ts";
import type { ReplayCache } from "../tuning/replay.ts";

/**
 * The answer cache as it is live, in this process, empty, with a clock that is set.
 *
 * @param questions most that are replayed: each stores one answer at most. Room for all is made at once
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
