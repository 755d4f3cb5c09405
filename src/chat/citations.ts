import { saysNotFound } from "../models/offline-phrases.ts";
import type { Citation, RetrievedPassage } from "../knowledge/types.ts";

/** How models say that the documents have no answer, as prompts/answer.md instructs them in English. */
const NOT_IN_DOCUMENTS =
  /could ?n[o']t find (?:that|this|it|an answer|the answer) in the (?:documents|passages)/i;

/** True for an answer that says the documents have none; it is never stored. */
export function saysNotInDocuments(answer: string): boolean {
  return NOT_IN_DOCUMENTS.test(answer.replaceAll("’", "'")) || saysNotFound(answer);
}

/** Converts a retrieved passage to a citation. */
export function toCitation({
  passage,
  score,
}: Pick<RetrievedPassage, "passage" | "score">): Citation {
  const { headings, lead, locator } = passage;
  return {
    documentId: passage.documentId,
    passageId: passage.id,
    title: passage.title,
    passage: passage.text,
    start: passage.start,
    end: passage.end,
    score,
    ...(lead !== undefined && { lead }),
    locator: { ...locator, ...(headings.length > 0 && { headings }) },
  };
}

/**
 * The passages that an answer cites as `[n]` or `[n, m]`, where n is the passage's number in the prompt, from 1.
 * Each appears once, in the order of first mention. Ignores numbers without a passage.
 */
export function citedPassages(
  answer: string,
  passages: readonly RetrievedPassage[],
): readonly Citation[] {
  return [...citedNumbers(answer)].flatMap((number) => {
    const passage = passages[number - 1];
    return passage === undefined ? [] : [{ number, ...toCitation(passage) }];
  });
}

/** The citations that an edited answer still contains. */
export function stillCited(answer: string, citations: readonly Citation[]): readonly Citation[] {
  const numbers = citedNumbers(answer);
  return citations.filter(({ number }) => number !== undefined && numbers.has(number));
}

/** In the order of first mention. */
function citedNumbers(answer: string): ReadonlySet<number> {
  const numbers = new Set<number>();
  for (const match of answer.matchAll(/\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\]/g)) {
    for (const number of (match[1] ?? "").split(",")) numbers.add(Number(number));
  }
  return numbers;
}
