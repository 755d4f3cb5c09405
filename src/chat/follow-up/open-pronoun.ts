import { isSomething, joinAntecedents, NOTHING, readAntecedent } from "./antecedents.ts";
import type { Lexicon } from "./lexicon.ts";
import { findOpenPointer } from "./open-pointer.ts";
import { lowerAt, type Word } from "./read-words.ts";
import type { Walk } from "./walk.ts";

/** Minimum content words of a statement. */
const STATEMENT = 3;

/**
 * Finds a pronoun or demonstrative without an antecedent in the message, such as "it" in "how is it undone?". In
 * "if I delete a folder, can I restore it?" it has one.
 *
 * @returns the cue's name
 */
export function findOpenPronoun(
  words: readonly Word[],
  lexicon: Lexicon,
  hasHistory: boolean,
): string | undefined {
  const walk: Walk = {
    words,
    lexicon,
    hasHistory,
    named: NOTHING,
    earlier: NOTHING,
    content: 0,
    clauseHasAuxiliary: false,
  };
  for (const [index, word] of words.entries()) {
    enterClause(walk, index, word);
    const open = findOpen(walk, index, word.lower);
    if (open !== undefined) return open;
    walk.named = joinAntecedents(walk.named, readAntecedent(words, index, lexicon));
  }
  return undefined;
}

function enterClause(walk: Walk, index: number, word: Word): void {
  const { auxiliaries, clauseOpeners, functionWords } = walk.lexicon.words;
  if (!functionWords.has(word.lower)) walk.content += 1;
  if (auxiliaries.has(word.lower)) enterAuxiliary(walk, index);
  if (index === 0) return;
  const breaks = word.comma || word.opens;
  if (breaks && walk.content >= STATEMENT) walk.named = { ...walk.named, thing: true };
  if (breaks || clauseOpeners.has(word.lower) || opensVerb(walk, index)) {
    closeClause(walk);
    walk.clauseHasAuxiliary = false;
  }
}

function enterAuxiliary(walk: Walk, index: number): void {
  const inverted = walk.clauseHasAuxiliary && index > 2 && invertsAt(walk, index);
  if (inverted) closeClause(walk);
  walk.clauseHasAuxiliary = !inverted;
}

function closeClause(walk: Walk): void {
  walk.earlier = joinAntecedents(walk.earlier, walk.named);
}

/**
 * A verb whose object is a pronoun: "to mark it" in "Move a card to mark it", "saving it" in "attach a file
 * without saving it".
 */
function opensVerb({ words, lexicon }: Walk, index: number): boolean {
  const { infinitives, prepositions, personPronouns, groupPronouns, thingPronouns } = lexicon.words;
  const lower = lowerAt(words, index);
  if (prepositions.has(lowerAt(words, index - 1)) && lower.endsWith(lexicon.suffixes.gerund)) {
    return true;
  }
  const object = lowerAt(words, index + 2);
  const isObject = [personPronouns, groupPronouns, thingPronouns].some((all) => all.has(object));
  return infinitives.has(lower) && isObject;
}

/** An inverted clause: "can they …" in "When many users look at a sheet can they …", "can each of them …". */
function invertsAt({ words, lexicon }: Walk, index: number): boolean {
  const { words: classes } = lexicon;
  const share = classes.shares.has(lowerAt(words, index + 1)) ? 2 : 0;
  const next = lowerAt(words, index + 1 + share);
  return [
    classes.personPronouns,
    classes.groupPronouns,
    classes.thingPronouns,
    classes.pointers,
    classes.farPointers,
    classes.firstPerson,
  ].some((pronouns) => pronouns.has(next));
}

function findOpen(walk: Walk, index: number, lower: string): string | undefined {
  const { personPronouns, groupPronouns, thingPronouns } = walk.lexicon.words;
  if (personPronouns.has(lower)) return isPersonNamed(walk, index) ? undefined : "person";
  if (groupPronouns.has(lower)) return isGroupNamed(walk, index) ? undefined : "group";
  if (thingPronouns.has(lower)) return isThingNamed(walk, index) ? undefined : "thing";
  const bound = isSomething(walk.earlier);
  return findOpenPointer(walk, index, bound);
}

function isPersonNamed(walk: Walk, index: number): boolean {
  if (walk.earlier.person) return true;
  const { subjectPronouns, auxiliaries } = walk.lexicon.words;
  const subject =
    subjectPronouns.has(lowerAt(walk.words, index)) &&
    !auxiliaries.has(lowerAt(walk.words, index - 1));
  return (subject || isPossessive(walk, index)) && walk.named.person;
}

function isGroupNamed(walk: Walk, index: number): boolean {
  if (walk.earlier.group) return true;
  return isPossessive(walk, index) ? walk.named.group : walk.earlier.person;
}

function isThingNamed(walk: Walk, index: number): boolean {
  const { definiteArticles, introducers } = walk.lexicon.words;
  const before = lowerAt(walk.words, index - 1);
  // "The IT department", "an it company": not a pronoun.
  if (definiteArticles.has(before) || introducers.has(before)) return true;
  if (walk.earlier.thing) return true;
  return (isPossessive(walk, index) && walk.named.thing) || isEmptyThing(walk, index);
}

/** "Their folders", but not "show them". */
function isPossessive({ words, lexicon }: Walk, index: number): boolean {
  const { possessives, notPossessiveBefore } = lexicon.words;
  if (words[index]?.closes !== false || !possessives.has(lowerAt(words, index))) return false;
  return !notPossessiveBefore.has(lowerAt(words, index + 1));
}

/** An empty "it" is recognised within this many words. */
const EMPTY_REACH = 9;

function isEmptyThing({ words, lexicon }: Walk, index: number): boolean {
  const read = (from: number, to: number) =>
    words
      .slice(Math.max(0, from), to)
      .map(({ lower }) => lower)
      .join(" ");
  const { before, after } = lexicon.emptyThing;
  return after.test(read(index, index + EMPTY_REACH)) || before.test(read(index - 2, index + 3));
}
