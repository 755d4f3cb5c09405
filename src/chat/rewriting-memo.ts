import { LRUCache } from "lru-cache";

/**
 * Remembers what follow-ups were rewritten to, by a key that holds the conversation's words, so that the
 * same follow-up after the same words costs one call. It may forget; it never throws.
 */
export interface RewritingMemo {
  get(key: string): Promise<string | undefined>;
  set(key: string, question: string): Promise<void>;
}

const MAX_ENTRIES = 5_000;

/** Remembers the last 5,000 rewritings in this process. */
export function createMemoryRewritingMemo(): RewritingMemo {
  const questions = new LRUCache<string, string>({ max: MAX_ENTRIES });
  return {
    async get(key) {
      return questions.get(key);
    },
    async set(key, question) {
      questions.set(key, question);
    },
  };
}
