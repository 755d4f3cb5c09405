import { LRUCache } from "lru-cache";
import type { Embedder, EmbeddingResult } from "./types.ts";

/**
 * Memoises the vectors of a tenant's single texts, which are questions. Batches, which are documents, are not
 * memoised. Concurrent calls for the same text share one embedding, billed to the first.
 *
 * @param maxEntries maximum number of vectors, default 5,000
 */
export function createMemoisedEmbedder(inner: Embedder, maxEntries = 5_000): Embedder {
  const vectors = new LRUCache<string, Float32Array>({ max: maxEntries });
  const underWay = new Map<string, Promise<EmbeddingResult>>();

  const nameOf = (tenant: string, text: string) => `${tenant} ${text}`;

  async function embedOne(
    text: string,
    options: { tenant: string; waitMs: number | undefined },
  ): Promise<EmbeddingResult> {
    const name = nameOf(options.tenant, text);
    const known = vectors.get(name);
    if (known !== undefined) return { vectors: [known], tokens: 0 };
    const running = underWay.get(name);
    if (running !== undefined) return { ...(await running), tokens: 0 };
    // Without the caller's signal: other callers may share this work.
    const work = inner.embed([text], options);
    underWay.set(name, work);
    try {
      const result = await work;
      const [vector] = result.vectors;
      if (vector === undefined) throw new Error(`${inner.id} returned no vector`);
      // A truncated text is not memoised: every call must report `isCut`.
      if (result.isCut !== true) vectors.set(name, vector);
      return result;
    } finally {
      underWay.delete(name);
    }
  }

  return {
    id: inner.id,
    model: inner.model,
    dimensions: inner.dimensions,
    async embed(texts, options) {
      const [text] = texts;
      const tenant = options?.tenant;
      if (texts.length !== 1 || text === undefined || tenant === undefined) {
        return inner.embed(texts, options);
      }
      options?.signal?.throwIfAborted();
      return embedOne(text, { tenant, waitMs: options?.waitMs });
    },
    prefetch(text, tenant) {
      const name = nameOf(tenant, text);
      if (!vectors.has(name) && !underWay.has(name)) inner.prefetch?.(text, tenant);
    },
    close: () => inner.close(),
  };
}
