/** A part of a text; `isCited` where an answer leans on it. */
export interface Part {
  readonly text: string;
  readonly isCited: boolean;
}

/** Share of a sentence's words that an answer must have in common with it. */
const LEAST_SHARE = 0.5;
/** Words as short say little. */
const LEAST_LETTERS = 3;

/**
 * Cuts a passage into parts, and marks the sentences whose words are those of what the answer says;
 * the nearest one where none has enough of them, the whole passage where nothing is known.
 */
export function markCited(passage: string, said: readonly string[]): readonly Part[] {
  const sentences = sentencesOf(passage);
  const words = new Set(said.flatMap(wordsOf));
  const shares = sentences.map((sentence) => shareOf(wordsOf(sentence), words));
  const least = Math.min(LEAST_SHARE, Math.max(0, ...shares));
  if (least === 0) return [{ text: passage, isCited: true }];
  return join(sentences.map((text, place) => ({ text, isCited: (shares[place] ?? 0) >= least })));
}

/** With the white space after each, so that they join to the text. */
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

/** Neighbours of one kind as one part. */
function join(parts: readonly Part[]): Part[] {
  const joined: Part[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (last?.isCited !== part.isCited) joined.push(part);
    else joined[joined.length - 1] = { ...part, text: last.text + part.text };
  }
  return joined;
}
