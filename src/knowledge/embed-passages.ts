import { setImmediate as nextTurn } from "node:timers/promises";
import type { Embedder } from "../models/types.ts";
import { passageContext } from "./passage-text.ts";
import type { EmbeddedPassage, Passage } from "./types.ts";

/** Texts in one call of the embedder. */
const BATCH = 64;

/** How texts are embedded. */
interface EmbedOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told how many texts have been embedded, of how many, before each call of the embedder. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/**
 * Gives each passage its vector: the one that the same text had before, a new one otherwise. `embedded`
 * says how many texts were embedded.
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
  for (let start = 0; start < missing.length; start += BATCH) {
    // An embedder in this process does not wait for anything: other requests get their turn here.
    if (start > 0) await nextTurn();
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
