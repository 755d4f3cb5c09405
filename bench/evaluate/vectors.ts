import { appendFile } from "node:fs/promises";
import { z } from "zod";
import type { Embedder } from "../../src/models/types.ts";
import { readRows } from "./read-rows.ts";

const BATCH = 64;

const cachedRow = z.object({ embedder: z.string(), text: z.string(), vector: z.base64() });

/** The vectors of the texts of a run. */
export interface Vectors {
  readonly dimensions: number;
  /** Embeds those that have no vector yet, in batches of texts of about the same length. */
  prepare(texts: Iterable<string>): Promise<void>;
  /** @throws Error for a text that was not prepared */
  of(text: string): Float32Array;
}

/** What a run's vectors need. */
export interface VectorsOptions {
  readonly embedder: Embedder;
  /** A file of rows that keeps the vectors for the next run. */
  readonly cacheFile?: string | undefined;
  /** Told after each batch. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Vectors that are made once a run, or once for all runs with the same `cacheFile`. */
export async function openVectors(options: VectorsOptions): Promise<Vectors> {
  const { embedder, cacheFile, onProgress } = options;
  const known = new Map<string, Float32Array>();
  if (cacheFile !== undefined) {
    for (const { embedder: id, text, vector } of await readRows(cacheFile, cachedRow)) {
      if (id === embedder.id) known.set(text, decode(vector));
    }
  }
  return {
    dimensions: embedder.dimensions,
    async prepare(texts) {
      const missing = [...new Set(texts)].filter((text) => !known.has(text));
      missing.sort((one, other) => one.length - other.length);
      for (let start = 0; start < missing.length; start += BATCH) {
        const batch = missing.slice(start, start + BATCH);
        const made = await embedBatch(embedder, batch);
        for (const [text, vector] of made) known.set(text, vector);
        if (cacheFile !== undefined) await appendFile(cacheFile, encodeRows(embedder.id, made));
        onProgress?.(start + batch.length, missing.length);
      }
    },
    of(text) {
      const vector = known.get(text);
      if (vector === undefined) throw new Error(`no vector was prepared for: ${text}`);
      return vector;
    },
  };
}

async function embedBatch(
  embedder: Embedder,
  texts: readonly string[],
): Promise<[string, Float32Array][]> {
  const { vectors } = await embedder.embed(texts);
  return texts.map((text, index) => {
    const vector = vectors[index];
    if (vector === undefined) throw new Error(`${embedder.id} gave no vector for: ${text}`);
    return [text, vector];
  });
}

function encodeRows(embedder: string, rows: readonly [string, Float32Array][]): string {
  return rows
    .map(([text, { buffer, byteOffset, byteLength }]) => {
      const vector = Buffer.from(buffer, byteOffset, byteLength).toString("base64");
      return `${JSON.stringify({ embedder, text, vector })}\n`;
    })
    .join("");
}

function decode(base64: string): Float32Array {
  // Copied, since numbers must begin at a multiple of four and a Buffer may lie anywhere.
  return new Float32Array(new Uint8Array(Buffer.from(base64, "base64")).buffer);
}
