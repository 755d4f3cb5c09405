import type { EmbeddingResult } from "./types.ts";
import { NOT_JSON, isTooLong, readUpstream, type UpstreamProblem } from "./upstream-error.ts";

/** Texts shorter than this are not cut, in UTF-16 units: they are refused for another reason. */
const LEAST_CHARACTERS = 200;

/** How one call is made. */
export interface BatchCall {
  /** Whether it follows one that failed for no known reason: a server that fails again is not asked again. */
  readonly isProbe: boolean;
}

type EmbedBatch = (texts: readonly string[], call: BatchCall) => Promise<EmbeddingResult>;

/** Embeds any number of texts. */
export type EmbedAll = (texts: readonly string[], send: EmbedBatch) => Promise<EmbeddingResult>;

/**
 * Embeds texts in batches that the server takes. A batch that it refuses is halved, and the size that it
 * took is remembered at once; so is the length of text to which one had to be cut. A failure that may have
 * any reason is only blamed on a size that the server never took.
 *
 * @param maxBatch texts in one call
 */
export function createBatchedEmbed(maxBatch: number, onNotice: (limit: string) => void): EmbedAll {
  const limits: Limits = { batch: maxBatch, characters: Infinity, onNotice };
  /** Most texts that one call had and the server took. */
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
    // One text that is too long says nothing of how many the server takes.
    if (made.isCut !== true && half < limits.batch) {
      limits.batch = half;
      onNotice(`${half} texts in one call`);
    }
    return made;
  }

  /** In groups of the size that the server is known to take by then. */
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

/** By half, as often as it takes. */
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

/** Whether a smaller request may meet no such refusal. `any`: it may have any reason, this one too. */
function mayBeSize(problem: UpstreamProblem): "size" | "any" | undefined {
  const { status, words, code } = problem;
  if (isTooLong(problem) || status === 400 || status === 422) return "size";
  // An error that comes with status 200 is a 502 here.
  if ((status !== 500 && status !== 502) || code.includes(NOT_JSON)) return undefined;
  return /batch|too (?:large|long|many)/i.test(words) ? "size" : "any";
}

/** No half of a character. */
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
