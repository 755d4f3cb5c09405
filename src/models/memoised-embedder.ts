import { LRUCache } from "lru-cache";
import type { Embedder, EmbeddingResult } from "./types.ts";

/**
 * Remembers the vectors of a tenant's single texts, as questions are; batches, as documents are, pass
 * through. The same text asked for at the same time is embedded once, and only the first is billed.
 *
 * @param maxEntries default 5,000 vectors
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
    // Without the caller's signal: others may be waiting for the same text.
    const work = inner.embed([text], options);
    underWay.set(name, work);
    try {
      const result = await work;
      const [vector] = result.vectors;
      if (vector === undefined) throw new Error(`${inner.id} gave no vector`);
      // Of a text that was cut it must be known each time.
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
