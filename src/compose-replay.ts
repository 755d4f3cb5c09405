import { createAnswerCache } from "./cache/answer-cache.ts";
import type { CompareQuestions } from "./cache/guards/types.ts";
import { createMemoryAnswers } from "./cache/memory-answers.ts";
import { createRetrieve } from "./knowledge/retrieve.ts";
import { createMemoryPassages } from "./knowledge/memory-passages.ts";
import type { ReplayCache } from "./tuning/replay.ts";

/** More than any replay stores. */
const MAX_ENTRIES = 1_000_000;

/** The answer cache as it is live, in this process, empty, with a clock that is set. */
export function createReplayCache(
  dimensions: number,
  compareQuestions: CompareQuestions,
): ReplayCache {
  let time = 0;
  const now = () => time;
  const answers = createMemoryAnswers({ dimensions, now, maxEntries: MAX_ENTRIES });
  const passages = createMemoryPassages({ dimensions });
  const retrieve = createRetrieve(passages);
  return {
    cache: createAnswerCache({ answers, passages, retrieve, compareQuestions, now }),
    setTime(milliseconds) {
      time = milliseconds;
    },
    async close() {
      await Promise.all([answers.close(), passages.close()]);
    },
  };
}
