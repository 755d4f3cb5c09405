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

/**
 * A light English stemmer: `refunds`, `refunded` and `refunding` have one stem. Words of fewer than four letters
 * are unchanged.
 */
export function stem(word: string): string {
  if (word.length < 4 || /\d/.test(word) || !/[a-z]$/.test(word)) return word;
  let stemmed = word;
  for (const [suffix, instead] of SUFFIXES) {
    const next = stemmed.replace(suffix, instead);
    if (next !== stemmed && next.length >= 3) stemmed = next;
  }
  return stemmed.replace(/(?<=..)e$/, "").replace(/([b-df-hj-np-tv-z])\1$/, "$1");
}
