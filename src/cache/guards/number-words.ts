import type { GuardLanguage } from "./guard-language.ts";
import { spellNumber, type NumberReader } from "./number-types.ts";
import { wordAt, type Token } from "./tokens.ts";

/** A partial number: `two hundred` of `two hundred and five thousand`. */
interface Sum {
  readonly total: number;
  readonly current: number | undefined;
}

/** Reads numbers in words, including ordinals: `second` and `two` are the same number. */
export function createNumberWords({ numbers, functionWords }: GuardLanguage): NumberReader {
  const cardinals = new Map(Object.entries(numbers.words));
  const ordinals = new Map(Object.entries(numbers.ordinals));
  const scales = new Map(Object.entries(numbers.scales).filter(([word]) => word.length > 1));
  const joiners = new Set(numbers.joiners);
  const pronouns = new Set(numbers.pronouns);
  const markers = new Set(numbers.pronounMarkers);
  const grammar = new Set(functionWords);
  const isPronoun = (tokens: readonly Token[], index: number) => {
    if (!pronouns.has(wordAt(tokens, index))) return false;
    const next = tokens[index + 1];
    const countsSomething = next?.kind === "word" && !grammar.has(next.word);
    return !countsSomething || markers.has(wordAt(tokens, index - 1));
  };
  const join = (sum: Sum, word: string): Sum | undefined => {
    const scale = scales.get(word);
    if (scale !== undefined) return multiply(sum, scale);
    const part = cardinals.get(word) ?? ordinals.get(word);
    return part === undefined ? undefined : add(sum, part);
  };
  /** Number of words that extend the number, and the new sum: `and five` is two words. */
  const step = (tokens: readonly Token[], at: number, sum: Sum) => {
    const word = wordAt(tokens, at);
    if (!joiners.has(word) || !isRound(sum)) return { next: join(sum, word), words: 1 };
    const joined = wordAt(tokens, at + 1);
    return { next: scales.has(joined) ? undefined : join(sum, joined), words: 2 };
  };
  return (tokens, index) => {
    let sum: Sum = { total: 0, current: undefined };
    let end = index;
    while (end < tokens.length && !ordinals.has(end > index ? wordAt(tokens, end - 1) : "")) {
      const { next, words } = step(tokens, end, sum);
      if (next === undefined) break;
      sum = next;
      end += words;
    }
    if (end === index) return undefined;
    const value = sum.total + (sum.current ?? 0);
    const weak = end === index + 1 && isPronoun(tokens, index);
    const isOrdinal = ordinals.has(wordAt(tokens, end - 1));
    return { value, spellings: [spellNumber(value)], weak, isOrdinal, length: end - index };
  };
}

function multiply({ total, current }: Sum, scale: number): Sum {
  const product = (current ?? 1) * scale;
  return scale < 1000
    ? { total, current: product }
    : { total: total + product, current: undefined };
}

/** `twenty five` is a number, `two three` is two numbers. */
function add({ total, current }: Sum, part: number): Sum | undefined {
  if (current === undefined) return { total, current: part };
  const fits =
    (current % 100 === 0 && current > 0 && part < 100) ||
    (current % 10 === 0 && current % 100 >= 20 && part < 10);
  return fits ? { total, current: current + part } : undefined;
}

/** After `hundred` or `thousand` an `and` may continue the number. */
function isRound({ total, current }: Sum): boolean {
  return current === undefined ? total > 0 : current >= 100 && current % 100 === 0;
}
