/** `[1]`, `[2, 3]`. */
const CITED = /\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\]/g;

/**
 * The number in the text of each citation, in their order: citations come in the order of their first
 * mention, and numbers beyond the passages, which are the largest ones, have none.
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

/** What an answer says under a number: the words before each of its marks, from the mark before. */
export function sentencesCiting(text: string, number: number): string[] {
  const sentences: string[] = [];
  let from = 0;
  let said = "";
  for (const match of text.matchAll(CITED)) {
    const words = text.slice(from, match.index).replace(/^[\s.,;:!?]+|\s+$/g, "");
    from = match.index + match[0].length;
    // Marks in a row stand for the same words.
    if (words !== "") said = words;
    const isCited = (match[1] ?? "").split(",").some((cited) => Number(cited) === number);
    if (isCited && said !== "") sentences.push(said);
  }
  return sentences;
}
