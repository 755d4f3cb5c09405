import { appendFile } from "node:fs/promises";
import type { Embedder } from "../../src/models/types.ts";
import { encodeVectors, readVectorFile, vectorKey } from "./vector-file.ts";

const BATCH = 64;

/** Vectors of a run's texts. */
export interface Vectors {
  readonly dimensions: number;
  /** Embeds texts without a vector, in batches of similar length. */
  prepare(texts: Iterable<string>): Promise<void>;
  /** @throws Error for a text that was not prepared */
  of(text: string): Float32Array;
}

/** Options of a run's vectors. */
export interface VectorsOptions {
  readonly embedder: Pick<Embedder, "id" | "dimensions" | "embed">;
  /** File that stores the vectors for the next run. */
  readonly cacheFile?: string | undefined;
  /** Called after each batch. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Opens vectors that are computed once per run, or once for all runs with the same `cacheFile`. */
export async function openVectors(options: VectorsOptions): Promise<Vectors> {
  const { embedder, cacheFile, onProgress } = options;
  const keyOf = (text: string) => vectorKey(embedder.id, text);
  const known =
    cacheFile === undefined ? new Map<string, Float32Array>() : await readVectorFile(cacheFile);
  return {
    dimensions: embedder.dimensions,
    async prepare(texts) {
      const missing = [...new Set(texts)].filter((text) => !known.has(keyOf(text)));
      missing.sort((one, other) => one.length - other.length);
      for (let start = 0; start < missing.length; start += BATCH) {
        const made = await embedBatch(embedder, missing.slice(start, start + BATCH), keyOf);
        for (const [key, vector] of made) known.set(key, vector);
        if (cacheFile !== undefined) await appendFile(cacheFile, encodeVectors(made));
        onProgress?.(Math.min(start + BATCH, missing.length), missing.length);
      }
    },
    of(text) {
      const vector = known.get(keyOf(text));
      if (vector === undefined) throw new Error(`no vector was prepared for: ${text}`);
      return vector;
    },
  };
}

/** An embedder that calls `inner` only for texts without a vector. */
export function embedderOf(vectors: Vectors, { id, model }: Pick<Embedder, "id" | "model">) {
  return {
    id,
    model,
    dimensions: vectors.dimensions,
    async embed(texts: readonly string[]) {
      await vectors.prepare(texts);
      return { vectors: texts.map((text) => vectors.of(text)), tokens: 0 };
    },
    async close() {},
  };
}

async function embedBatch(
  embedder: VectorsOptions["embedder"],
  texts: readonly string[],
  keyOf: (text: string) => string,
): Promise<[string, Float32Array][]> {
  const { vectors } = await embedder.embed(texts);
  return texts.map((text, index) => {
    const vector = vectors[index];
    if (vector === undefined) throw new Error(`${embedder.id} gave no vector for: ${text}`);
    return [keyOf(text), vector];
  });
}
