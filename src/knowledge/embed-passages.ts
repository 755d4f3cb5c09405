import type { Embedder } from "../models/types.ts";
import { createYield } from "../operations/concurrency.ts";
import { passageContext } from "./passage-text.ts";
import type { EmbeddedPassage, Passage } from "./types.ts";

/** Texts per call of the embedder. */
const BATCH = 64;

/** Options of embedding. */
interface EmbedOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called before each call of the embedder, with the number of embedded texts and the total. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/**
 * Gives each passage its vector: the known one of the same text, otherwise a new one. `embedded` is the number
 * of embedded texts.
 */
export async function embedPassages(
  split: readonly Passage[],
  known: readonly EmbeddedPassage[],
  embedder: Embedder,
  { signal, onProgress }: EmbedOptions = {},
): Promise<{ passages: EmbeddedPassage[]; embedded: number }> {
  const vectors = new Map(known.map((passage) => [passageContext(passage), passage.vector]));
  const contexts = split.map(passageContext);
  const missing = [...new Set(contexts.filter((context) => !vectors.has(context)))];
  const yieldTurn = createYield();
  for (let start = 0; start < missing.length; start += BATCH) {
    // An in-process embedder never yields by itself: let other requests run.
    await yieldTurn();
    signal?.throwIfAborted();
    onProgress?.(start, missing.length);
    const batch = missing.slice(start, start + BATCH);
    const made = await embedder.embed(batch, { signal });
    for (const [index, context] of batch.entries()) {
      const vector = made.vectors[index];
      if (vector !== undefined) vectors.set(context, vector);
    }
  }
  const passages = split.map((passage, index) => {
    const vector = vectors.get(contexts[index] ?? "");
    if (vector === undefined) throw new Error(`${embedder.id} gave no vector for a passage`);
    return { ...passage, vector };
  });
  return { passages, embedded: missing.length };
}
