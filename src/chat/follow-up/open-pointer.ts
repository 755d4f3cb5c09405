import { isSomething } from "./antecedents.ts";
import type { Walk } from "./walk.ts";
import { isContent } from "./read-question.ts";
import { lowerAt, type Word } from "./read-words.ts";

/**
 * Finds a "this", "that" or "one" that refers to something outside the message.
 *
 * @param bound whether an earlier clause named anything
 * @returns the cue's name
 */
export function findOpenPointer(walk: Walk, index: number, bound: boolean): string | undefined {
  const { standIns, pointers, farPointers } = walk.lexicon.words;
  const lower = lowerAt(walk.words, index);
  if (standIns.has(lower)) return isOpenStandIn(walk, index, bound) ? "stand-in" : undefined;
  // Without history it can only refer to the message itself.
  const held = bound || (!walk.hasHistory && isSomething(walk.named));
  if (pointers.has(lower)) return isOpenNearPointer(walk, index, held) ? "pointer" : undefined;
  if (farPointers.has(lower)) return isOpenFarPointer(walk, index, held) ? "pointer" : undefined;
  return undefined;
}

/** "Can I create one?"; "my old account to my new one" specifies it. */
function isOpenStandIn({ words, hasHistory, named }: Walk, index: number, bound: boolean): boolean {
  return hasHistory && words[index]?.closes === true && !bound && !named.thing;
}

function isOpenNearPointer(walk: Walk, index: number, bound: boolean): boolean {
  const { words, lexicon, hasHistory } = walk;
  const { relatives, dateUnits } = lexicon.words;
  const next = lowerAt(words, index + 1);
  if (dateUnits.has(next) || relatives.has(next)) return false;
  if (!determinesNoun(walk, index)) return !bound;
  if (words.slice(index + 2, index + 4).some(({ lower }) => relatives.has(lower))) return false;
  return !bound || (hasHistory && isNewNoun(words, index + 1));
}

/** "This album", but not "is this possible?". */
function determinesNoun({ words, lexicon }: Walk, index: number): boolean {
  const next = words[index + 1];
  if (next === undefined || words[index]?.closes !== false) return false;
  if (next.closes && lexicon.words.auxiliaries.has(lowerAt(words, index - 1))) return false;
  return isContent(next.lower, lexicon);
}

/** "This album", if neither the noun nor another sentence precedes it. */
function isNewNoun(words: readonly Word[], index: number): boolean {
  const noun = lowerAt(words, index);
  return !words.slice(0, index - 1).some(({ lower, closes }) => lower === noun || closes);
}

function isOpenFarPointer(walk: Walk, index: number, bound: boolean): boolean {
  const { words, lexicon } = walk;
  const before = words[index - 1];
  if (before === undefined) return !bound;
  if (pointsAtNoun(walk, index, before)) return true;
  if (bound || lexicon.words.definiteArticles.has(before.lower)) return false;
  return !beginsClause(walk, index, before);
}

/** A noun after "that", in a message of one sentence: "The symptoms of that addiction". */
function pointsAtNoun(walk: Walk, index: number, before: Word): boolean {
  const { auxiliaries, prepositions } = walk.lexicon.words;
  if (!walk.hasHistory || !determinesNoun(walk, index)) return false;
  if (!auxiliaries.has(before.lower) && !prepositions.has(before.lower)) return false;
  return !walk.words.slice(0, index).some(({ closes }) => closes);
}

/** "That" as the beginning of a clause: "The band that …", "make sure that …". */
function beginsClause({ words, lexicon }: Walk, index: number, before: Word): boolean {
  const word = words[index];
  if (word === undefined || word.closes || word.opens) return false;
  return isContent(before.lower, lexicon) || lexicon.words.announcers.has(before.lower);
}
