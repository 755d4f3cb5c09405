import { readFileSync } from "node:fs";

/** The tokens of an encoding: bytes and merge rank. */
export interface TokenTable {
  /** Rank of the token with these bytes; `NO_TOKEN` if there is none. */
  rankOf(bytes: Uint8Array, from: number, to: number): number;
}

/** Higher than any rank. */
export const NO_TOKEN = 0x7fffffff;

const NEWLINE = 10;
const HASH_START = 0x811c9dc5;
const HASH_FACTOR = 0x01000193;
/** Slots of the hash table per token: a search takes one or two steps. */
const SLOTS_PER_TOKEN = 2;

const NO_DIGIT = 64;
/** Value of each base64 digit, by character code. */
const DIGITS = new Uint8Array(256).fill(NO_DIGIT);
for (const [value, digit] of Buffer.from(
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
).entries()) {
  DIGITS[digit] = value;
}

/**
 * Reads a file in tiktoken's format: one line per token, with its bytes in base64, ordered by rank. Uses typed
 * arrays: a map of strings takes ten times the time and memory.
 */
export function readTokenTable(file: string): TokenTable {
  const { bytes, ends } = decodeTokens(readFileSync(file));
  const mask = 2 ** Math.ceil(Math.log2(ends.length * SLOTS_PER_TOKEN)) - 1;
  // A slot holds a rank plus one; 0 is free.
  const slots = new Int32Array(mask + 1);
  let from = 0;
  for (let rank = 0; rank < ends.length; rank += 1) {
    const to = ends[rank] ?? 0;
    let slot = hash(bytes, from, to) & mask;
    while (slots[slot] !== 0) slot = (slot + 1) & mask;
    slots[slot] = rank + 1;
    from = to;
  }

  return {
    rankOf(piece, from, to) {
      let slot = hash(piece, from, to) & mask;
      for (;;) {
        const rank = (slots[slot] ?? 0) - 1;
        if (rank === -1) return NO_TOKEN;
        const start = rank === 0 ? 0 : (ends[rank - 1] ?? 0);
        const length = (ends[rank] ?? 0) - start;
        if (length === to - from && isSame(bytes, start, piece, from, length)) return rank;
        slot = (slot + 1) & mask;
      }
    },
  };
}

/** Bytes of all tokens in one array, and the end of each token. */
function decodeTokens(text: Uint8Array): { bytes: Uint8Array; ends: Uint32Array } {
  const bytes = new Uint8Array(text.length);
  // The shortest line is a byte in four digits, a space and a rank.
  const ends = new Uint32Array(text.length / 6);
  let [length, lines, bits, held] = [0, 0, 0, 0];
  for (let place = 0; place < text.length; place += 1) {
    const digit = DIGITS[text[place] ?? 0] ?? NO_DIGIT;
    if (digit !== NO_DIGIT) {
      bits = (bits << 6) | digit;
      held += 6;
      if (held < 8) continue;
      held -= 8;
      bytes[length] = bits >> held;
      length += 1;
      continue;
    }
    // Padding or the space; the rank after it equals the line number.
    place = text.indexOf(NEWLINE, place);
    ends[lines] = length;
    lines += 1;
    [bits, held] = [0, 0];
    if (place === -1) break;
  }
  return { bytes: bytes.slice(0, length), ends: ends.slice(0, lines) };
}

/** FNV-1a. */
function hash(bytes: Uint8Array, from: number, to: number): number {
  let value = HASH_START;
  for (let place = from; place < to; place += 1) {
    value = Math.imul(value ^ (bytes[place] ?? 0), HASH_FACTOR);
  }
  return value ^ (value >>> 15);
}

function isSame(
  one: Uint8Array,
  oneStart: number,
  other: Uint8Array,
  otherStart: number,
  length: number,
): boolean {
  for (let place = 0; place < length; place += 1) {
    if (one[oneStart + place] !== other[otherStart + place]) return false;
  }
  return true;
}
