import type { AnswerStore } from "./types.ts";

/**
 * Stored answers that are looked up only while the gate is open: until what they are checked against
 * is in line with the record, an answer from before might be served though its document has changed.
 *
 * @param check rejects while the gate is closed
 */
export function createGatedAnswers(inner: AnswerStore, check: () => Promise<void>): AnswerStore {
  return {
    ...inner,
    async get(query) {
      await check();
      return inner.get(query);
    },
    async nearest(query) {
      await check();
      return inner.nearest(query);
    },
    async put(...given) {
      await check();
      return inner.put(...given);
    },
  };
}
