import { createYield } from "../operations/concurrency.ts";
import { readBuiltinModel, type BuiltinModel } from "./builtin-model-files.ts";
import type { Embedder } from "./types.ts";
import { createWordPiece, splitWords, type WordPiece } from "./word-piece.ts";

/**
 * Loads the static English model in `folder` (about 8 MB of memory).
 *
 * @throws Error with the name of a missing or damaged file
 */
export async function createBuiltinEmbeddings(options: { folder: string }): Promise<Embedder> {
  const model = await readBuiltinModel(options.folder);
  const wordPiece = createWordPiece(model.vocabulary);
  const pairRows = indexPairs(model);
  return {
    id: model.header.id,
    model: model.header.id,
    dimensions: model.header.dimensions,
    async embed(texts, { signal } = {}) {
      const vectors: Float32Array[] = [];
      const yieldTurn = createYield();
      for (const text of texts) {
        await yieldTurn();
        signal?.throwIfAborted();
        const sum = new Float32Array(model.header.dimensions);
        addText(model, wordPiece, pairRows, text, sum);
        vectors.push(normalise(sum));
      }
      return { vectors, tokens: 0 };
    },
    close: async () => {},
  };
}

function indexPairs({ header, pairs }: BuiltinModel): Map<number, number> {
  const rows = new Map<number, number>();
  for (let pair = 0; pair < header.pairs; pair += 1) {
    rows.set(
      pairKey(pairs[pair * 2] ?? 0, pairs[pair * 2 + 1] ?? 0, header.tokens),
      header.tokens + pair,
    );
  }
  return rows;
}

function pairKey(left: number, right: number, tokens: number): number {
  return left * tokens + right;
}

/**
 * Adds the rows of the text's tokens and of its known token pairs to `sum`. As in training, a row that occurs n
 * times is added n to the header's power times, less than n, so that a repeated word does not dominate.
 */
function addText(
  model: BuiltinModel,
  wordPiece: WordPiece,
  pairRows: ReadonlyMap<number, number>,
  text: string,
  sum: Float32Array,
): void {
  const pieces: number[] = [];
  const unknown = new Map<string, number>();
  for (const word of splitWords(text)) {
    if (!wordPiece.addPieces(word, pieces)) count(unknown, word);
  }
  const rows = new Map<number, number>();
  for (const [index, piece] of pieces.entries()) {
    count(rows, piece);
    const next = pieces[index + 1];
    if (next === undefined) continue;
    const pair = pairRows.get(pairKey(piece, next, model.header.tokens));
    if (pair !== undefined) count(rows, pair);
  }
  const { countPower, unknownNorm } = model.header;
  for (const [row, times] of rows) addRow(model, row, times ** countPower, sum);
  for (const [word, times] of unknown) {
    addUnknown(word, unknownNorm * times ** countPower, sum);
  }
}

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function addRow(
  { scales, vectors }: BuiltinModel,
  row: number,
  weight: number,
  sum: Float32Array,
): void {
  const scale = weight * (scales[row] ?? 0);
  const start = row * sum.length;
  for (let index = 0; index < sum.length; index += 1) {
    sum[index] = (sum[index] ?? 0) + scale * (vectors[start + index] ?? 0);
  }
}

/** Gives each word outside the vocabulary its own direction. Otherwise all texts in another script would be alike. */
function addUnknown(word: string, norm: number, sum: Float32Array): void {
  const step = norm / Math.sqrt(sum.length);
  let state = 0x811c9dc5;
  for (let index = 0; index < word.length; index += 1) {
    state = Math.imul(state ^ word.charCodeAt(index), 0x01000193);
  }
  for (let index = 0; index < sum.length; index += 1) {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    sum[index] = (sum[index] ?? 0) + (((mixed ^ (mixed >>> 16)) & 1) === 0 ? step : -step);
  }
}

/**
 * Normalises to length 1. A text without tokens becomes the first axis, so that callers never receive a zero
 * vector.
 */
function normalise(sum: Float32Array): Float32Array {
  let squares = 0;
  for (const value of sum) squares += value * value;
  const length = Math.sqrt(squares);
  if (length === 0) sum[0] = 1;
  else for (let index = 0; index < sum.length; index += 1) sum[index] = (sum[index] ?? 0) / length;
  return sum;
}
