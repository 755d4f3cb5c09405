import type { Lexicon } from "../follow-up/lexicon.ts";
import { asks, type Sentence } from "../follow-up/read-sentences.ts";
import { lowWords } from "../follow-up/read-words.ts";

/** A comma between digits belongs to a number. */
const CLAUSES = /(?:[;:–—()，；、]|,(?!\d))\s*/u;
/** An amount of money, in any language. */
const MONEY =
  /(?<![\p{L}\p{N}])(?:[€£$¥]\s?\d|\d[\d.,]*(?:k|\s?(?:[€£$¥]|eur|euros?|usd|gbp|chf|quid|pounds?|dollars?|bucks|franken|francs?|złotych|zł|pesos|reais|円|万円|元|块|net|netto|brutto|gross))(?![\p{L}\p{N}]))/iu;

/**
 * Whether the speaker tells about an event or a possession of their own. Decided by structure, for each clause
 * without its asking frame ("how do I", "if we"):
 *
 * - a statement with the speaker and a definite time or an amount of money: "we moved in March", "I earn 1,450"
 * - a statement with the speaker in the past, except for ordinary operations: "I fell"; not "I forgot my password"
 * - a statement about another person's act on the speaker: "they towed my car"
 * - a statement with a relative of the speaker that is no wish: "he woke our baby"; not "my son wants to join"
 * - a question with a possession, or the speaker in the past, and a definite time: "my order from Tuesday"
 */
export function tellsOwnStory(sentences: readonly Sentence[], lexicon: Lexicon): boolean {
  const { own, story } = lexicon.persons;
  return sentences.some(({ text, low }) => {
    // Most sentences mention no speaker. In some languages only the verb does: "compré".
    if (!own.test(low) && !story.myPast.test(low)) return false;
    const clauses = text.split(CLAUSES).map((clause) => ({ text: clause, low: lowWords(clause) }));
    const isDated = clauses.some(
      (clause) => story.times.test(clause.low) && !asks(clause, lexicon),
    );
    return clauses.some((clause) => isOwnEvent(clause, lexicon, isDated));
  });
}

/** @param isDated whether a statement of the same sentence has a definite time */
function isOwnEvent(clause: Sentence, lexicon: Lexicon, isDated: boolean): boolean {
  const { asking, own, story } = lexicon.persons;
  const low = clause.low.replaceAll(asking, " ");
  const isPast = story.myPast.test(low);
  // Without its frame: "I had drunk when I signed up" asks nothing.
  if (asks({ text: clause.text, low }, lexicon)) {
    return story.times.test(low) && (isPast || possessive(lexicon).test(low));
  }
  if (!isPast && !own.test(low)) return false;
  if ((isPast && isDated) || story.times.test(low) || MONEY.test(clause.text)) return true;
  return isUncommon(low.replaceAll(story.ordinary, " "), story);
}

function isUncommon(low: string, story: Lexicon["persons"]["story"]): boolean {
  const { myPast, doneToMe, kin, wishes } = story;
  return myPast.test(low) || doneToMe.test(low) || (kin.test(low) && !wishes.test(low));
}

const possessives = new WeakMap<Lexicon, RegExp>();

/** Matches the words for "my"; compiled once per language. */
function possessive(lexicon: Lexicon): RegExp {
  const known = possessives.get(lexicon);
  if (known !== undefined) return known;
  const made = new RegExp(`(?<!\\p{L})(?:${lexicon.persons.possessives.source})(?!\\p{L})`, "u");
  possessives.set(lexicon, made);
  return made;
}
