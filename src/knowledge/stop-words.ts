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

/** True for a word that says nothing of what a text is about. */
export function isStopWord(word: string): boolean {
  return STOP_WORDS.has(word);
}
