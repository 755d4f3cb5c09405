/** `[1]`, `[2, 3]`. */
const CITED = /\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\]/g;

/**
 * The number of each citation in the text, in the order of first mention. Numbers beyond the passages
 * (the largest ones) have no citation.
 */
export function citedNumbers(text: string, count: number): number[] {
  const numbers = new Set<number>();
  for (const [, list = ""] of text.matchAll(CITED)) {
    for (const number of list.split(",")) numbers.add(Number(number));
  }
  numbers.delete(0);
  while (numbers.size > count) numbers.delete(Math.max(...numbers));
  return [...numbers];
}

/** The sentences that cite a number: the text before each of its marks, back to the previous mark. */
export function sentencesCiting(text: string, number: number): string[] {
  const sentences: string[] = [];
  let from = 0;
  let said = "";
  for (const match of text.matchAll(CITED)) {
    const words = text.slice(from, match.index).replace(/^[\s.,;:!?]+|\s+$/g, "");
    from = match.index + match[0].length;
    // Adjacent marks cite the same text.
    if (words !== "") said = words;
    const isCited = (match[1] ?? "").split(",").some((cited) => Number(cited) === number);
    if (isCited && said !== "") sentences.push(said);
  }
  return sentences;
}
