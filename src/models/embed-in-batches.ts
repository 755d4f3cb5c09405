import type { EmbeddingResult } from "./types.ts";
import { isTooLong, readUpstream, type UpstreamProblem } from "./upstream-error.ts";

/** Texts shorter than this are not cut, in UTF-16 units: they are refused for another reason. */
const LEAST_CHARACTERS = 200;

type EmbedBatch = (texts: readonly string[]) => Promise<EmbeddingResult>;

/** Embeds any number of texts. */
export type EmbedAll = (texts: readonly string[], send: EmbedBatch) => Promise<EmbeddingResult>;

/**
 * Embeds texts in batches that the server takes. A batch that it refuses is halved, and the size that it
 * took is remembered; so is the length of text to which one had to be cut.
 *
 * @param maxBatch texts in one call
 */
export function createBatchedEmbed(maxBatch: number, onNotice: (limit: string) => void): EmbedAll {
  const limits = { batch: maxBatch, characters: Infinity };

  async function embedGroup(texts: readonly string[], send: EmbedBatch): Promise<EmbeddingResult> {
    const cut = texts.map((text) => cutTo(text, limits.characters));
    try {
      const made = await send(cut);
      return { ...made, isCut: cut.some((text, place) => text !== texts[place]) };
    } catch (error) {
      if (!mayBeSize(readUpstream(error))) throw error;
      const [text] = cut;
      return texts.length > 1 || text === undefined
        ? await embedHalves(texts, send)
        : await embedShorter(text, send, error);
    }
  }

  async function embedHalves(texts: readonly string[], send: EmbedBatch): Promise<EmbeddingResult> {
    const half = Math.ceil(texts.length / 2);
    const [first, second] = [texts.slice(0, half), texts.slice(half)];
    const made = joinResults([await embedGroup(first, send), await embedGroup(second, send)]);
    // One text that is too long says nothing of how many the server takes.
    if (made.isCut !== true && half < limits.batch) {
      limits.batch = half;
      onNotice(`${half} texts in one call`);
    }
    return made;
  }

  async function embedShorter(
    text: string,
    send: EmbedBatch,
    refusal: unknown,
  ): Promise<EmbeddingResult> {
    const length = Math.floor(text.length / 2);
    if (length < LEAST_CHARACTERS) throw refusal;
    const shorter = cutTo(text, length);
    const made = await send([shorter]).catch((error: unknown) => {
      if (!mayBeSize(readUpstream(error))) throw error;
      return embedShorter(shorter, send, error);
    });
    if (length < limits.characters && made.isCut !== true) {
      limits.characters = length;
      onNotice(`texts of ${length} characters`);
    }
    return { ...made, isCut: true };
  }

  return async (texts, send) => {
    const made: EmbeddingResult[] = [];
    for (let start = 0; start < texts.length;) {
      const group = texts.slice(start, start + limits.batch);
      made.push(await embedGroup(group, send));
      start += group.length;
    }
    return joinResults(made);
  };
}

/** Refusals that a smaller request may not meet. */
function mayBeSize(problem: UpstreamProblem): boolean {
  const { status, words } = problem;
  if (isTooLong(problem)) return true;
  if (status === 400 || status === 422) return true;
  return status === 500 && /batch|too (?:large|long|many)/i.test(words);
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
