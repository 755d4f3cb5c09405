import type { Lexicon } from "./lexicon.ts";
import { isContent } from "./read-question.ts";
import { lowerAt, type Word } from "./read-words.ts";

/** What a pronoun may refer to within the message. */
export interface Antecedents {
  readonly person: boolean;
  readonly group: boolean;
  readonly thing: boolean;
}

/** Nothing was named so far. */
export const NOTHING: Antecedents = { person: false, group: false, thing: false };
const NAME: Antecedents = { person: true, group: true, thing: true };

/** The union of both. */
export function joinAntecedents(a: Antecedents, b: Antecedents): Antecedents {
  return {
    person: a.person || b.person,
    group: a.group || b.group,
    thing: a.thing || b.thing,
  };
}

/** True if there is anything to refer to. */
export function isSomething({ person, group, thing }: Antecedents): boolean {
  return person || group || thing;
}

/** What the word at this index names. A proper name may be a person, a group or a thing. */
export function readAntecedent(
  words: readonly Word[],
  index: number,
  lexicon: Lexicon,
): Antecedents {
  const word = words[index];
  if (word === undefined) return NOTHING;
  if (!isContent(word.lower, lexicon)) return readPronoun(word, index, lexicon);
  const isName = word.capital && (!word.opens || words[index + 1]?.capital === true);
  return isName ? NAME : readNoun(words, index, lexicon);
}

/** "Someone", "people", "something". */
function readPronoun({ lower }: Word, index: number, { words: classes }: Lexicon): Antecedents {
  const someone = classes.indefinitePersons.has(lower);
  return {
    person: someone && index > 0,
    group: someone || classes.irregularPlurals.has(lower),
    thing: classes.indefiniteThings.has(lower),
  };
}

function readNoun(words: readonly Word[], index: number, lexicon: Lexicon): Antecedents {
  const lower = lowerAt(words, index);
  const introduced = follows(words, index, lexicon.words.introducers, lexicon);
  const definite = follows(words, index, lexicon.words.definiteArticles, lexicon);
  const plural = isPlural(lower, lexicon);
  const person = (introduced || definite) && isPerson(lower, lexicon);
  const isNamed = introduced || definite || isPlaced(words, index, lexicon);
  const thing =
    !plural && ((isHead(words, index, lexicon) && isNamed) || isSubject(words, index, lexicon));
  return { person, group: plural || introduced || person, thing };
}

/** "Benefits" in "the health benefits": the last noun of the phrase. */
function isHead(words: readonly Word[], index: number, lexicon: Lexicon): boolean {
  return words[index]?.closes === true || !isContent(lowerAt(words, index + 1), lexicon);
}

/** After a verb or preposition: "Is melatonin …", "about shipping". */
function isPlaced(words: readonly Word[], index: number, lexicon: Lexicon): boolean {
  const { auxiliaries, prepositions } = lexicon.words;
  const before = lowerAt(words, index - 1);
  return auxiliaries.has(before) || prepositions.has(before);
}

/** Maximum words before the verb in "which kind of file does …". */
const ASKED_WORDS = 5;

/** "Does shipping have …", "what price does shipping have": the word after the auxiliary. */
function isSubject(words: readonly Word[], index: number, lexicon: Lexicon): boolean {
  const { auxiliaries, questionWords } = lexicon.words;
  if (!auxiliaries.has(lowerAt(words, index - 1))) return false;
  return index === 1 || (index <= ASKED_WORDS && questionWords.has(lowerAt(words, 0)));
}

/** Directly, or with one word in between: "a folder", "a shared folder". */
function follows(
  words: readonly Word[],
  index: number,
  introducers: ReadonlySet<string>,
  lexicon: Lexicon,
): boolean {
  const before = lowerAt(words, index - 1);
  if (introducers.has(before)) return true;
  return isContent(before, lexicon) && introducers.has(lowerAt(words, index - 2));
}

function isPlural(lower: string, { words, suffixes: { plural } }: Lexicon): boolean {
  if (words.irregularPlurals.has(lower)) return true;
  return lower.length > 3 && lower.endsWith(plural) && !lower.endsWith(plural + plural);
}

function isPerson(lower: string, { words, suffixes }: Lexicon): boolean {
  return words.personNouns.has(lower) || suffixes.persons.some((suffix) => lower.endsWith(suffix));
}
