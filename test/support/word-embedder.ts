import type { Embedder } from "../../src/models/types.ts";

const DIMENSIONS = 64;

function hash(word: string): number {
  let value = 2_166_136_261;
  for (const character of word)
    value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 16_777_619);
  return Math.abs(value);
}

/** Hashed bags of words: texts with common words are similar. Deterministic and local. */
export function wordEmbedder(): Embedder & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    id: "words-1",
    model: "builtin",
    dimensions: DIMENSIONS,
    asked,
    async embed(texts) {
      asked.push(...texts);
      return { vectors: texts.map(embedWords), tokens: 0 };
    },
    async close() {},
  };
}

function embedWords(text: string): Float32Array {
  const vector = new Float32Array(DIMENSIONS);
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) {
    const place = hash(word) % DIMENSIONS;
    vector[place] = (vector[place] ?? 0) + (hash(`${word}!`) % 2 === 0 ? 1 : -1);
  }
  const length = Math.hypot(...vector);
  if (length === 0) vector[0] = 1;
  return length === 0 ? vector : vector.map((value) => value / length);
}
