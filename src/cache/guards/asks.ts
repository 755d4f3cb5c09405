import type { GuardLanguage } from "./guard-language.ts";
import { createPhrases } from "./phrases.ts";
import { wordAt, type Token } from "./tokens.ts";
import type { GuardFinding } from "./types.ts";

/** What a question asks for: a time, a place, a person, a reason, a number. */
export interface Asks {
  /** Family of the question word at the beginning; `what` may ask for anything and has none. */
  readonly first: AskedFor | undefined;
  /** True if it begins by asking for a thing: `to which card`. */
  readonly asksForThing: boolean;
  /** The thing after `which` or `what` at the beginning. */
  readonly thing: string | undefined;
  /** All its words, as base forms. */
  readonly said: ReadonlySet<string>;
  readonly all: ReadonlySet<number>;
}

interface AskedFor {
  readonly family: number;
  /** Families that can share an answer: `where do I find it` and `how do I find it`. */
  readonly kin: ReadonlySet<number>;
  /** Asks for a time or a number, which a thing cannot answer. */
  readonly isExact: boolean;
  /** A thing may be the answer. */
  readonly isOpen: boolean;
}

/** Creates a reader of question words. */
export function createAsksReader(
  language: GuardLanguage,
  tokenise: (text: string) => readonly Token[],
): (tokens: readonly Token[]) => Asks {
  const { asks, kindredAsks, asksAnywhere, askedThings } = language;
  const table = createPhrases(
    asks.flatMap((names, at) => names.map((name) => [name, at] as const)),
    tokenise,
  );
  const familyOf = (name: string) => asks.findIndex((names) => names.includes(name));
  const kindred = kindredAsks.map((names) => names.map(familyOf));
  const kinOf = (family: number) =>
    new Set(kindred.filter((families) => families.includes(family)).flat());
  const kin = asks.map((_names, family) => kinOf(family));
  const exact = new Set(askedThings.exactAsks.map(familyOf));
  const open = new Set(askedThings.openAsks.map(familyOf));
  const prepositions = new Set(askedThings.prepositions);
  const asksForThing = createThingFinder(language);
  const determiners = new Set(askedThings.determiners);
  const grammar = new Set(language.functionWords);
  const thingOf = (tokens: readonly Token[], start: number) => {
    const noun = tokens[start + 1];
    const isThing = noun?.kind === "word" && !grammar.has(noun.word);
    return isThing && determiners.has(wordAt(tokens, start)) ? noun.key : undefined;
  };
  const askedFor = (family: number): AskedFor => ({
    family,
    kin: kin[family] ?? new Set(),
    isExact: exact.has(family),
    isOpen: open.has(family),
  });
  return (tokens) => {
    const begin = Math.max(
      0,
      tokens.findIndex(({ kind }) => kind !== "sign"),
    );
    const start = prepositions.has(wordAt(tokens, begin)) ? begin + 1 : begin;
    const all = new Set<number>();
    for (let index = 0; index < tokens.length; index += 1) {
      const word = table.at(tokens, index);
      if (word === undefined) continue;
      all.add(word.value);
      index += word.length - 1;
    }
    const begun = table.at(tokens, start)?.value;
    const family = begun ?? (asksAnywhere ? [...all][0] : undefined);
    const first = family === undefined ? undefined : askedFor(family);
    const isThing = first === undefined && asksForThing(tokens, { begin, start });
    const thing = thingOf(tokens, start);
    const said = new Set(tokens.map(({ key }) => key));
    return { first, asksForThing: isThing, thing, said, all };
  };
}

/** `Which card`, and after a preposition `to what card`: `what` alone may ask for anything. */
function createThingFinder({
  askedThings,
  functionWords,
}: GuardLanguage): (tokens: readonly Token[], at: { begin: number; start: number }) => boolean {
  const determiners = new Set(askedThings.determiners);
  const grammar = new Set(functionWords);
  return (tokens, { begin, start }) => {
    const [word, noun] = [wordAt(tokens, start), tokens[start + 1]];
    if (!determiners.has(word) || noun?.kind !== "word" || grammar.has(noun.word)) return false;
    return start > begin || word === askedThings.determiners[0];
  };
}

/**
 * Hard if one asks for a thing and the other for a time or a number; soft for a place, a person or a way. Hard
 * if each begins by asking for something that the other does not ask for; soft if one answer may contain both.
 */
export function compareAsks(asked: Asks, stored: Asks): GuardFinding["strength"] | undefined {
  if (areSwapped(asked, stored)) return "hard";
  const [one, other] = [asked.first, stored.first];
  if (one === undefined) return compareWithThing(other, asked);
  if (other === undefined) return compareWithThing(one, stored);
  if (stored.all.has(one.family) || asked.all.has(other.family)) return undefined;
  return one.kin.has(other.family) ? "soft" : "hard";
}

/** True if the asked thing and another noun swap: "Which files may guests see?", "which guests may see files?". */
function areSwapped(asked: Asks, stored: Asks): boolean {
  const [one, other] = [asked.thing, stored.thing];
  if (one === undefined || other === undefined || one === other) return false;
  return stored.said.has(one) && asked.said.has(other);
}

function compareWithThing(
  asksFor: AskedFor | undefined,
  { asksForThing, all }: Asks,
): GuardFinding["strength"] | undefined {
  if (asksFor === undefined || !asksForThing) return undefined;
  if (asksFor.isOpen || all.has(asksFor.family)) return undefined;
  return asksFor.isExact ? "hard" : "soft";
}
