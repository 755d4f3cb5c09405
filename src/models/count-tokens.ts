import { createRequire } from "node:module";
import {
  CL100K_TOKEN_SPLIT_REGEX,
  O200K_TOKEN_SPLIT_REGEX,
} from "gpt-tokenizer/encodingParams/constants";
import { NO_TOKEN, readTokenTable, type TokenTable } from "./token-table.ts";
import type { TokenCounter } from "./types.ts";

/** Tokens that the chat format adds per message and per prompt. */
const PER_MESSAGE = 4;
const PER_PROMPT = 3;
/**
 * Longest text whose tokens are all counted, in UTF-16 units. A longer one is estimated from samples: counting
 * would hold up other requests.
 */
const MAX_COUNTED = 40_000;
const SAMPLES = 10;
const SAMPLE_LENGTH = 2_000;
/** Merging takes quadratic time on a long word, so long runs are split first. */
const MAX_RUN = 200;
/** Maximum bytes of a piece: a run of characters with a run of line breaks, at three bytes per UTF-16 unit. */
const MAX_BYTES = 3 * (2 * MAX_RUN + 1);

/**
 * Counts as OpenAI's tokenizer does; for other providers, and for very long texts, this is an estimate. The tables are loaded at the
 * first count, and kept.
 *
 * @param model older models (gpt-3.5, gpt-4 before 4o) use another table
 */
export function createTokenCounter(model: string): TokenCounter {
  const isOld = /^gpt-(?:3\.5|4(?:-|$))/.test(model);

  const encoding = isOld ? "cl100k_base" : "o200k_base";

  function countWhole(text: string): number {
    return splitRuns(text).reduce((sum, run) => sum + countRun(run, encoding), 0);
  }

  function count(text: string): number {
    if (text.length <= MAX_COUNTED) return countWhole(text);
    const samples = takeSamples(text);
    const tokens = samples.reduce((sum, sample) => sum + countWhole(sample), 0);
    return Math.ceil((tokens * text.length) / (SAMPLES * SAMPLE_LENGTH));
  }

  return {
    count,
    countPrompt(messages) {
      const length = messages.reduce((sum, message) => sum + message.length, 0);
      // Many long messages take as long as one.
      const texts = length > MAX_COUNTED ? [messages.join("\n")] : messages;
      const tokens = texts.reduce((sum, text) => sum + count(text), PER_PROMPT);
      return tokens + messages.length * PER_MESSAGE;
    },
  };
}

/** Parts of a long text at even distances. */
function takeSamples(text: string): string[] {
  const distance = (text.length - SAMPLE_LENGTH) / (SAMPLES - 1);
  return Array.from({ length: SAMPLES }, (_, place) => {
    const start = Math.floor(place * distance);
    return text.slice(start, start + SAMPLE_LENGTH);
  });
}

type EncodingName = "o200k_base" | "cl100k_base";

const SPLIT = { o200k_base: O200K_TOKEN_SPLIT_REGEX, cl100k_base: CL100K_TOKEN_SPLIT_REGEX };

const require = createRequire(import.meta.url);
const tables = new Map<EncodingName, TokenTable>();

/** Loads a table once per process. */
function openTable(name: EncodingName): TokenTable {
  const known = tables.get(name);
  if (known !== undefined) return known;
  const table = readTokenTable(require.resolve(`gpt-tokenizer/data/${name}.tiktoken`));
  tables.set(name, table);
  return table;
}

const encoder = new TextEncoder();
const piece = new Uint8Array(MAX_BYTES);
/** Start of each part of a piece, and the rank of each part with the next one. */
const starts = new Int32Array(MAX_BYTES + 1);
const ranks = new Int32Array(MAX_BYTES + 1);

/** Counts the tokens of a text without long runs. */
function countRun(text: string, name: EncodingName): number {
  const table = openTable(name);
  let tokens = 0;
  for (const [match] of text.matchAll(SPLIT[name])) {
    const length = writePiece(match);
    tokens += table.rankOf(piece, 0, length) === NO_TOKEN ? mergePiece(table, length) : 1;
  }
  return tokens;
}

/** Writes a text's bytes into `piece`. Fast path for short ASCII text. */
function writePiece(text: string): number {
  for (let place = 0; place < text.length; place += 1) {
    const code = text.charCodeAt(place);
    if (code > 127) return encoder.encodeInto(text, piece).written;
    piece[place] = code;
  }
  return text.length;
}

/** Merges neighbours, lowest rank first, until no pair is a token. Returns the number of parts left. */
function mergePiece(table: TokenTable, length: number): number {
  const rankAt = (part: number) => {
    const to = starts[part + 2];
    return to === undefined ? NO_TOKEN : table.rankOf(piece, starts[part] ?? 0, to);
  };
  let parts = length;
  for (let place = 0; place <= length; place += 1) starts[place] = place;
  for (let part = 0; part < length - 1; part += 1) ranks[part] = rankAt(part);
  while (parts > 1) {
    const lowest = findLowest(parts - 1);
    if (lowest === -1) break;
    starts.copyWithin(lowest + 1, lowest + 2, parts + 1);
    ranks.copyWithin(lowest, lowest + 1, parts - 1);
    parts -= 1;
    if (lowest < parts - 1) ranks[lowest] = rankAt(lowest);
    if (lowest > 0) ranks[lowest - 1] = rankAt(lowest - 1);
  }
  return parts;
}

/** Index of the first pair with the lowest rank; -1 if no pair is a token. */
function findLowest(pairs: number): number {
  let [lowest, rank] = [-1, NO_TOKEN];
  for (let pair = 0; pair < pairs; pair += 1) {
    const other = ranks[pair] ?? NO_TOKEN;
    if (other < rank) [lowest, rank] = [pair, other];
  }
  return lowest;
}

/** Returns the whole text unless it has an unbroken run of more than `MAX_RUN` characters. */
function splitRuns(text: string): string[] {
  if (!new RegExp(`\\S{${MAX_RUN + 1}}|\\s{${MAX_RUN + 1}}`, "u").test(text)) return [text];
  return text.match(new RegExp(`\\S{1,${MAX_RUN}}\\s{0,${MAX_RUN}}|\\s{1,${MAX_RUN}}`, "gu")) ?? [];
}
