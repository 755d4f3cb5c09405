/** English words that say nothing of what a text is about. */
const STOP_WORDS = new Set(
  (
    "a about above after again all also am an and any are as at be because been before being below between both but by " +
    "can could did do does doing down during each few for from further had has have having he her here hers him his how " +
    "i if in into is it its itself just let may me might more most must my myself no nor not now of off on once only or " +
    "other our ours out over own please same shall she should so some such than that the their theirs them then there " +
    "these they this those through to too under until up us very was we were what when where which while who whom why " +
    "will with would you your yours s t d ll m re ve one get way need want like use"
  ).split(" "),
);

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
    .filter((word) => !STOP_WORDS.has(word))
    .map(stem);
}

/** True for a word that says nothing of what a text is about. */
export function isStopWord(word: string): boolean {
  return STOP_WORDS.has(word);
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
