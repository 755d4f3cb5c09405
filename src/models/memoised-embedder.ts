import { LRUCache } from "lru-cache";
import type { Embedder } from "./types.ts";

/**
 * Remembers the vectors of single texts, as questions are; batches, as documents are, pass through.
 * The same text asked for at the same time is embedded once, and only the first to ask is billed.
 *
 * @param maxEntries default 5,000 vectors
 */
export function createMemoisedEmbedder(inner: Embedder, maxEntries = 5_000): Embedder {
  const vectors = new LRUCache<string, Float32Array>({ max: maxEntries });
  const underWay = new Map<string, Promise<Float32Array>>();

  async function embedOne(text: string): Promise<{ vector: Float32Array; tokens: number }> {
    const known = vectors.get(text);
    if (known !== undefined) return { vector: known, tokens: 0 };
    const running = underWay.get(text);
    if (running !== undefined) return { vector: await running, tokens: 0 };
    let tokens = 0;
    // Without the caller's signal: others may be waiting for the same text.
    const work = inner.embed([text]).then((result) => {
      const [vector] = result.vectors;
      if (vector === undefined) throw new Error(`${inner.id} gave no vector`);
      tokens = result.tokens;
      vectors.set(text, vector);
      return vector;
    });
    underWay.set(text, work);
    try {
      return { vector: await work, tokens };
    } finally {
      underWay.delete(text);
    }
  }

  return {
    id: inner.id,
    model: inner.model,
    dimensions: inner.dimensions,
    async embed(texts, options) {
      const [text] = texts;
      if (texts.length !== 1 || text === undefined) return inner.embed(texts, options);
      options?.signal?.throwIfAborted();
      const { vector, tokens } = await embedOne(text);
      return { vectors: [vector], tokens };
    },
    prefetch(text) {
      if (!vectors.has(text) && !underWay.has(text)) inner.prefetch?.(text);
    },
    close: () => inner.close(),
  };
}
