import type { Embedder } from "../models/types.ts";
import { passageContext } from "./split.ts";
import type { EmbeddedPassage, Passage } from "./types.ts";

/** Texts in one call of the embedder. */
const BATCH = 64;

/**
 * Gives each passage its vector: the one it had if it was there before, a new one otherwise. `embedded`
 * says how many were new.
 */
export async function embedPassages(
  split: readonly Passage[],
  known: readonly EmbeddedPassage[],
  embedder: Embedder,
  signal: AbortSignal | undefined,
): Promise<{ passages: EmbeddedPassage[]; embedded: number }> {
  const vectors = new Map(known.map(({ id, vector }) => [id, vector]));
  const missing = split.filter(({ id }) => !vectors.has(id));
  for (let start = 0; start < missing.length; start += BATCH) {
    signal?.throwIfAborted();
    const batch = missing.slice(start, start + BATCH);
    const made = await embedder.embed(batch.map(passageContext), { signal });
    for (const [index, { id }] of batch.entries()) {
      const vector = made.vectors[index];
      if (vector !== undefined) vectors.set(id, vector);
    }
  }
  const passages = split.map((passage) => {
    const vector = vectors.get(passage.id);
    if (vector === undefined) throw new Error(`${embedder.id} gave no vector for a passage`);
    return { ...passage, vector };
  });
  return { passages, embedded: missing.length };
}
