import type { EmbeddingResult } from "./types.ts";
import { NOT_JSON, isTooLong, readUpstream, type UpstreamProblem } from "./upstream-error.ts";

/** Minimum length for truncating a text, in UTF-16 units. A refusal of a shorter text has another reason. */
const LEAST_CHARACTERS = 200;

/** Options of one call. */
export interface BatchCall {
  /** True for a call after an unexplained failure. It is not retried. */
  readonly isProbe: boolean;
}

type EmbedBatch = (texts: readonly string[], call: BatchCall) => Promise<EmbeddingResult>;

/** Embeds any number of texts. */
export type EmbedAll = (texts: readonly string[], send: EmbedBatch) => Promise<EmbeddingResult>;

/**
 * Embeds texts in batches that the server accepts. A refused batch is halved, and the accepted size is
 * remembered, as is the accepted text length. An ambiguous failure is attributed to the size only if the server
 * never accepted that size.
 *
 * @param maxBatch texts per call
 */
export function createBatchedEmbed(maxBatch: number, onNotice: (limit: string) => void): EmbedAll {
  const limits: Limits = { batch: maxBatch, characters: Infinity, onNotice };
  /** Largest number of texts that the server accepted in one call. */
  let most = 1;

  async function embedGroup(group: Group, send: EmbedBatch): Promise<EmbeddingResult> {
    const { texts, isProbe } = group;
    const cut = texts.map((text) => cutTo(text, limits.characters));
    try {
      const made = await send(cut, { isProbe });
      most = Math.max(most, cut.length);
      return { ...made, isCut: cut.some((text, place) => text !== texts[place]) };
    } catch (error) {
      const blame = mayBeSize(readUpstream(error));
      const [text] = cut;
      if (texts.length > 1 && (blame === "size" || (blame === "any" && texts.length > most))) {
        return await embedHalves({ texts, isProbe: isProbe || blame === "any" }, send);
      }
      if (texts.length > 1 || text === undefined || blame !== "size") throw error;
      return await embedShorter(text, { limits, send, refusal: error });
    }
  }

  async function embedHalves({ texts, isProbe }: Group, send: EmbedBatch) {
    const half = Math.ceil(texts.length / 2);
    const [first, second] = [texts.slice(0, half), texts.slice(half)];
    const made = joinResults([
      await embedGroup({ texts: first, isProbe }, send),
      await embedEach(second, send),
    ]);
    // A text that is too long says nothing about the batch size.
    if (made.isCut !== true && half < limits.batch) {
      limits.batch = half;
      onNotice(`${half} texts in one call`);
    }
    return made;
  }

  /** Embeds groups of the currently known batch size. */
  async function embedEach(texts: readonly string[], send: EmbedBatch) {
    const made: EmbeddingResult[] = [];
    for (let start = 0; start < texts.length;) {
      const group = texts.slice(start, start + limits.batch);
      made.push(await embedGroup({ texts: group, isProbe: false }, send));
      start += group.length;
    }
    return joinResults(made);
  }

  return embedEach;
}

interface Limits {
  batch: number;
  characters: number;
  readonly onNotice: (limit: string) => void;
}

interface RefusedText {
  readonly limits: Limits;
  readonly send: EmbedBatch;
  readonly refusal: unknown;
}

/** Halves the text until the server accepts it. */
async function embedShorter(text: string, refused: RefusedText): Promise<EmbeddingResult> {
  const { limits, send, refusal } = refused;
  const length = Math.floor(text.length / 2);
  if (length < LEAST_CHARACTERS) throw refusal;
  const shorter = cutTo(text, length);
  const made = await send([shorter], { isProbe: false }).catch((error: unknown) => {
    if (mayBeSize(readUpstream(error)) !== "size") throw error;
    return embedShorter(shorter, { ...refused, refusal: error });
  });
  if (length < limits.characters && made.isCut !== true) {
    limits.characters = length;
    limits.onNotice(`texts of ${length} characters`);
  }
  return { ...made, isCut: true };
}

interface Group extends BatchCall {
  readonly texts: readonly string[];
}

/** Whether a smaller request may succeed. `any`: the failure may have any reason, including the size. */
function mayBeSize(problem: UpstreamProblem): "size" | "any" | undefined {
  const { status, words, code } = problem;
  if (isTooLong(problem) || status === 400 || status === 422) return "size";
  // An error with status 200 has become a 502 here.
  if ((status !== 500 && status !== 502) || code.includes(NOT_JSON)) return undefined;
  return /batch|too (?:large|long|many)/i.test(words) ? "size" : "any";
}

/** Truncates without splitting a surrogate pair. */
function cutTo(text: string, length: number): string {
  if (text.length <= length) return text;
  return text.slice(0, length).replace(/[\uD800-\uDBFF]$/, "");
}

function joinResults(results: readonly EmbeddingResult[]): EmbeddingResult {
  return {
    vectors: results.flatMap(({ vectors }) => vectors),
    tokens: results.reduce((sum, { tokens }) => sum + tokens, 0),
    estimated: results.some(({ estimated }) => estimated === true),
    isCut: results.some(({ isCut }) => isCut === true),
  };
}
