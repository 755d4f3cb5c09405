/** A part of a text; `isCited` if it supports the answer. */
export interface Part {
  readonly text: string;
  readonly isCited: boolean;
}

/** Minimum share of a sentence's words that also occur in the answer. */
const LEAST_SHARE = 0.5;
/** Shorter words are ignored. */
const LEAST_LETTERS = 3;

/**
 * Splits a passage into parts and marks the sentences that share enough words with the citing sentences.
 * Without such a sentence, marks the nearest one; without shared words, the whole passage.
 */
export function markCited(passage: string, said: readonly string[]): readonly Part[] {
  const sentences = sentencesOf(passage);
  const words = new Set(said.flatMap(wordsOf));
  const shares = sentences.map((sentence) => shareOf(wordsOf(sentence), words));
  const least = Math.min(LEAST_SHARE, Math.max(0, ...shares));
  if (least === 0) return [{ text: passage, isCited: true }];
  return join(sentences.map((text, place) => ({ text, isCited: (shares[place] ?? 0) >= least })));
}

/** Sentences with their trailing white space, so that joining them gives the text. */
function sentencesOf(text: string): string[] {
  return (
    text
      .match(/[^.!?。\n]*(?:[.!?。]+(?=\s|$)|\n+|[.!?。]|$)\s*/g)
      ?.filter((part) => part !== "") ?? [text]
  );
}

function wordsOf(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.filter((word) => word.length >= LEAST_LETTERS);
}

function shareOf(words: readonly string[], known: ReadonlySet<string>): number {
  if (words.length === 0) return 0;
  return words.filter((word) => known.has(word)).length / words.length;
}

/** Joins adjacent parts of the same kind. */
function join(parts: readonly Part[]): Part[] {
  const joined: Part[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (last?.isCited !== part.isCited) joined.push(part);
    else joined[joined.length - 1] = { ...part, text: last.text + part.text };
  }
  return joined;
}
