import { isStopWord } from "./stop-words.ts";

/** Longest word that is looked at, in characters; longer runs are no words. */
const MAX_WORD = 40;

/** All words of a text, lower case, without accents. Apostrophes and dots inside are left out. */
export function words(text: string): string[] {
  return (
    text
      .normalize("NFKD")
      .replace(/\p{Mn}/gu, "")
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  ).filter((word) => word.length <= MAX_WORD);
}

/** The stems of the words that say what a text is about, in their order, repeated as often as they occur. */
export function contentStems(text: string): string[] {
  return words(text)
    .filter((word) => !isStopWord(word))
    .map(stem);
}

const SUFFIXES: readonly (readonly [RegExp, string])[] = [
  [/(?:ies|ied)$/, "y"],
  [/(?:sses)$/, "ss"],
  [/(?:xes|ches|shes)$/, ""],
  [/(?<=[^s])s$/, ""],
  [/(?<=..)(?:ations?|ators?|ated|ating|ates?)$/, "at"],
  [/(?<=..)(?:ements?|ments?)$/, ""],
  [/(?<=...)(?:ings?|ers?|ed|est)$/, ""],
  [/(?<=...)(?:ly|ness|able|ible)$/, ""],
];

/** A light English stem: `refunds`, `refunded` and `refunding` are one. Only words of four letters on. */
export function stem(word: string): string {
  if (word.length < 4 || /\d/.test(word)) return word;
  let stemmed = word;
  for (const [suffix, instead] of SUFFIXES) {
    const next = stemmed.replace(suffix, instead);
    if (next !== stemmed && next.length >= 3) stemmed = next;
  }
  return stemmed.replace(/(?<=..)e$/, "").replace(/([b-df-hj-np-tv-z])\1$/, "$1");
}
