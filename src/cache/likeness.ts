import { rememberByTenant } from "../operations/remember.ts";
import type { AskLanguage } from "./ask/ask-language.ts";
import type { GuardLanguage } from "./guards/guard-language.ts";
import { tokenRulesOf } from "./guards/read-question.ts";
import { tokenise } from "./guards/tokens.ts";

/**
 * How the words of two asks compare. `same-words`: they say the same words but for those that only build a
 * question, some perhaps spelled wrong or in another place. `reworded`: they share some content words, and hardly any order of words.
 */
export type Likeness = "same-words" | "reworded";

/** Compares the words of two asks; undefined: nothing speaks for one answer. */
export type CompareWords = (
  asked: string,
  stored: string,
  /** Whose asks they are: their words are remembered for a tenant alone. */
  tenant?: string,
) => Likeness | undefined;

/** Longer asks say too much to be compared word by word, in words. */
const LONGEST = 40;
/** Two asks whose common words in their order are more than this share of all were not reworded. */
const MOST_IN_ORDER = 0.5;
/** Share of the content words of the shorter ask that a rewording keeps. */
const LEAST_SHARED = 0.34;
const KEPT = 512;

interface Words {
  readonly all: readonly string[];
  readonly content: readonly string[];
  readonly weighty: readonly string[];
  /** The weighty ones without those that build a question and those for who asks whom. */
  readonly bare: readonly string[];
  /** Who is spoken of: the speaker (`my`), the other (`your`), both or nobody. */
  readonly persons: "" | "speaker" | "other" | "both";
}

/** Words of a language that say little of what is asked. */
export type BuildingWords = Pick<
  AskLanguage,
  | "lightWords"
  | "buildingWords"
  | "speakerWords"
  | "otherWords"
  | "proceduralWords"
  | "anybodyWords"
>;

/** Compares the words of asks in one language. */
export function createCompareWords(language: GuardLanguage, building: BuildingWords): CompareWords {
  const grammar = new Set(language.functionWords);
  const rules = tokenRulesOf(language);
  const { lightWords: light } = building;
  const readAnew = (text: string): Words => {
    const tokens = tokenise(text, rules).filter(({ kind }) => kind !== "sign");
    const weighty = tokens.filter(({ word }) => !light.has(word));
    return {
      all: tokens.map(({ key }) => key),
      weighty: weighty.map(({ key }) => key),
      content: weighty.filter(({ word }) => !grammar.has(word)).map(({ key }) => key),
      bare: weighty.filter(({ word }) => !isBuilding(word, building)).map(({ key }) => key),
      persons: readPersons(
        tokens.map(({ word }) => word),
        building,
      ),
    };
  };
  const read = rememberByTenant(readAnew, { max: KEPT, nameOf: (text) => text });
  return (asked, stored, tenant) => {
    const [left, right] = [read(asked, tenant), read(stored, tenant)];
    if (Math.max(left.all.length, right.all.length) > LONGEST) return undefined;
    if (left.content.length === 0 || right.content.length === 0) return undefined;
    if (areSame(left.weighty, right.weighty) || areBuiltOfSame(left, right)) return "same-words";
    return isReworded(left, right) ? "reworded" : undefined;
  };
}

function isBuilding(word: string, words: BuildingWords): boolean {
  return [words.buildingWords, words.speakerWords, words.otherWords].some((all) => all.has(word));
}

/** Words from the beginning in which a procedure has its subject: `how do I`. */
const SUBJECT = 2;

function readPersons(words: readonly string[], building: BuildingWords): Words["persons"] {
  const ofSpeaker = words.filter((word) => building.speakerWords.has(word)).length;
  const ofOther = words.filter((word) => building.otherWords.has(word)).length;
  if (ofSpeaker + ofOther === 1 && isOfAnybody(words, building)) return "";
  if (ofSpeaker > 0) return ofOther > 0 ? "both" : "speaker";
  return ofOther > 0 ? "other" : "";
}

/** In a question about a procedure the subject is anybody: `how do I`, `how can you`. */
function isOfAnybody(words: readonly string[], building: BuildingWords): boolean {
  const { proceduralWords, anybodyWords } = building;
  const begins = proceduralWords.has(words[0] ?? "");
  return begins && words.slice(0, SUBJECT + 1).some((word) => anybodyWords.has(word));
}

/** Fewest words of what is asked, beside those that build the question. */
const LEAST_BARE = 2;

/** `Is the lake open to dogs?` and `do you open your lake to dogs?`: the same words, and no other person. */
function areBuiltOfSame(left: Words, right: Words): boolean {
  if (left.persons === "both" || right.persons === "both") return false;
  const oneIsOfNobody = left.persons === "" || right.persons === "";
  if (!oneIsOfNobody && left.persons !== right.persons) return false;
  if (new Set(left.content).size < LEAST_BARE) return false;
  return areSame(left.bare, right.bare);
}

/** The same words as often, but for slips of the keyboard. */
function areSame(left: readonly string[], right: readonly string[]): boolean {
  if (left.length !== right.length) return false;
  const rest = [...right];
  const own = left.filter((word) => !takeFirst(rest, (other) => other === word));
  return own.every((word) => takeFirst(rest, (other) => isSlip(word, other)));
}

/** Shortest word that may hold a slip of the keyboard, in letters. */
const SHORTEST_SLIP = 7;
/** Letters at either end that both spell alike: `employer` and `employee` are two things. */
const SURE_ENDS = 2;

/** One letter inside is left out, doubled, exchanged, or swapped with its neighbour: `statment`. */
function isSlip(one: string, other: string): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  if (short.length < SHORTEST_SLIP || !/^\p{Script=Latin}+$/u.test(one + other)) return false;
  const start = commonStart(short, long);
  const end = Math.min(commonStart(reversed(short), reversed(long)), short.length - start);
  if (Math.min(start, end) < SURE_ENDS) return false;
  const [rest, otherRest] = [short.slice(start, -end), long.slice(start, -end)];
  return otherRest.length === 1 ? rest.length <= 1 : isSwap(rest, otherRest);
}

function commonStart(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  return at;
}

function reversed(text: string): string {
  return Array.from(text).toReversed().join("");
}

function isSwap(one: string, other: string): boolean {
  return one.length === 2 && other.length === 2 && one[0] === other[1] && one[1] === other[0];
}

function takeFirst(words: string[], fits: (word: string) => boolean): boolean {
  const at = words.findIndex(fits);
  if (at === -1) return false;
  words.splice(at, 1);
  return true;
}

function isReworded(left: Words, right: Words): boolean {
  const inOrder = (2 * commonInOrder(left.all, right.all)) / (left.all.length + right.all.length);
  const known = new Set(right.content);
  const own = new Set(left.content);
  const shared = [...own].filter((word) => known.has(word)).length;
  return inOrder <= MOST_IN_ORDER && shared / Math.min(own.size, known.size) >= LEAST_SHARED;
}

/** Length of the longest common subsequence. */
function commonInOrder(left: readonly string[], right: readonly string[]): number {
  let row = right.map(() => 0);
  for (const word of left) {
    const next: number[] = [];
    for (const [at, other] of right.entries()) {
      const diagonal = at === 0 ? 0 : (row[at - 1] ?? 0);
      const best = Math.max(row[at] ?? 0, next[at - 1] ?? 0);
      next.push(word === other ? diagonal + 1 : best);
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
