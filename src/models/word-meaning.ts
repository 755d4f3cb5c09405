import { LRUCache } from "lru-cache";
import type { WordMeaning } from "../language/match-words.ts";
import { oncePer } from "../operations/remember.ts";
import { readBuiltinModel, type BuiltinModel } from "./builtin-model-files.ts";
import { createWordPiece } from "./word-piece.ts";

/** Words whose vectors are kept: about 1 kB each. */
const KEPT = 4_000;

interface WordVector {
  readonly direction: Float32Array;
  readonly length: number;
}

/**
 * Reads words with the builtin embedding model in `folder`, whose vectors are longer for words that say more.
 * All callers of a process share it.
 */
export const loadWordMeaning = oncePer(openWordMeaning);

async function openWordMeaning(folder: string): Promise<WordMeaning> {
  const model = await readBuiltinModel(folder);
  const wordPiece = createWordPiece(model.vocabulary);
  const vocabulary = new Set(model.vocabulary);
  const kept = new LRUCache<string, WordVector>({ max: KEPT });
  const read = (word: string): WordVector => {
    const known = kept.get(word);
    if (known !== undefined) return known;
    const pieces: number[] = [];
    wordPiece.addPieces(word, pieces);
    const made = addRows(model, pieces);
    kept.set(word, made);
    return made;
  };
  return {
    // A word of several pieces is rare, whatever its pieces are.
    weight: (word) => Math.max(read(word).length, vocabulary.has(word) ? 0 : 1),
    likeness: (one, other) => dot(read(one).direction, read(other).direction),
    isKnown: (word) => vocabulary.has(word),
  };
}

function addRows({ header, scales, vectors }: BuiltinModel, rows: readonly number[]): WordVector {
  const direction = new Float32Array(header.dimensions);
  for (const row of rows) {
    const scale = scales[row] ?? 0;
    const start = row * direction.length;
    for (let at = 0; at < direction.length; at += 1) {
      direction[at] = (direction[at] ?? 0) + scale * (vectors[start + at] ?? 0);
    }
  }
  const length = Math.sqrt(dot(direction, direction));
  if (length > 0) for (const at of direction.keys()) direction[at] = (direction[at] ?? 0) / length;
  return { direction, length };
}

function dot(one: Float32Array, other: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < one.length; at += 1) sum += (one[at] ?? 0) * (other[at] ?? 0);
  return sum;
}
