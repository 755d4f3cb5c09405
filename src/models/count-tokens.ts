import { Tiktoken } from "js-tiktoken/lite";
import cl100k from "js-tiktoken/ranks/cl100k_base";
import o200k from "js-tiktoken/ranks/o200k_base";
import type { TokenCounter } from "./types.ts";

/** Tokens that the chat format adds to each message, and to the whole prompt. */
const PER_MESSAGE = 4;
const PER_PROMPT = 3;
/** The encoder takes quadratic time on one long word, so long runs are cut first. */
const MAX_RUN = 200;

/**
 * Counts as OpenAI's tokenizer does; an estimate for other providers. The tables are read at the
 * first count, which takes a moment, and kept.
 *
 * @param model older models (gpt-3.5, gpt-4 before 4o) have another table than current ones
 */
export function createTokenCounter(model: string): TokenCounter {
  let encoder: Tiktoken | undefined;
  const isOld = /^gpt-(?:3\.5|4(?:-|$))/.test(model);

  function count(text: string): number {
    encoder ??= new Tiktoken(isOld ? cl100k : o200k);
    let tokens = 0;
    for (const piece of splitRuns(text)) tokens += encoder.encode(piece, [], []).length;
    return tokens;
  }

  return {
    count,
    countPrompt: (messages) =>
      messages.reduce((sum, message) => sum + count(message) + PER_MESSAGE, PER_PROMPT),
  };
}

/** Whole text in one piece unless it has a run of more than `MAX_RUN` characters without a break. */
function splitRuns(text: string): string[] {
  if (!new RegExp(`\\S{${MAX_RUN + 1}}|\\s{${MAX_RUN + 1}}`, "u").test(text)) return [text];
  return text.match(new RegExp(`\\S{1,${MAX_RUN}}\\s{0,${MAX_RUN}}|\\s{1,${MAX_RUN}}`, "gu")) ?? [];
}
