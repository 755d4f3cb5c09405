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

/** What an answer says under a number: the sentences that end in its mark. */
export function sentencesCiting(text: string, number: number): string[] {
  const sentences: string[] = [];
  let from = 0;
  for (const match of text.matchAll(CITED)) {
    const said = text.slice(from, match.index).trim();
    from = match.index + match[0].length;
    const isCited = (match[1] ?? "").split(",").some((cited) => Number(cited) === number);
    // Two marks in a row stand for the same words.
    const words = said === "" || said === "." ? (sentences.at(-1) ?? "") : said;
    if (isCited && words !== "") sentences.push(words);
  }
  return sentences;
}
