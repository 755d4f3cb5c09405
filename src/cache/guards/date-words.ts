import type { DateParts, PartReader } from "./date-types.ts";
import { smallNumberAt } from "./digital-dates.ts";
import type { GuardLanguage } from "./guard-language.ts";
import { createPhrases } from "./phrases.ts";
import { gluedAt, wordAt, type Token } from "./tokens.ts";

/** Readers of months, quarters, weekdays and relative dates, in order of precedence. */
export function createDateWords(
  language: GuardLanguage,
  tokenise: (text: string) => readonly Token[],
): readonly PartReader[] {
  return [
    createQuarter(language),
    createMonth(language, tokenise),
    createFamilies(language, tokenise),
  ];
}

/** `Q4`, `fourth quarter`. */
function createQuarter({ dates, numbers }: GuardLanguage): PartReader {
  const words = new Set(dates.quarters.words);
  return (tokens, index) => {
    const first = wordAt(tokens, index);
    const inDigits = first === dates.quarters.letter ? gluedAt(tokens, index + 1) : "";
    const inWords = words.has(wordAt(tokens, index + 1)) ? numbers.ordinals[first] : undefined;
    const quarter = inWords ?? Number(inDigits);
    return quarter >= 1 && quarter <= 4 ? { parts: { quarter }, length: 2 } : undefined;
  };
}

/** A month with its day: `March`, `3rd of March`, `March 3`. */
function createMonth(
  { dates, numbers }: GuardLanguage,
  tokenise: (text: string) => readonly Token[],
): PartReader {
  const months = createPhrases(
    dates.months.flatMap((names, at) => names.map((name) => [name, at + 1] as const)),
    tokenise,
  );
  const ambiguous = new Set(dates.ambiguous);
  const endings = new Set(numbers.ordinalEndings);
  const joiners = new Set(dates.joiners);
  const dayAt = (tokens: readonly Token[], index: number) => {
    const day = smallNumberAt(tokens, index);
    if (day === undefined || day < 1 || day > 31) return undefined;
    return { day, end: endings.has(gluedAt(tokens, index + 1)) ? index + 2 : index + 1 };
  };
  const before = new Set(dates.before);
  const isMonth = (tokens: readonly Token[], index: number) => {
    const token = tokens[index];
    if (token === undefined || !ambiguous.has(token.word)) return true;
    const isCapital = /^\p{Lu}\p{Ll}/u.test(token.raw) && before.has(wordAt(tokens, index - 1));
    return isCapital || smallNumberAt(tokens, index + 1) !== undefined;
  };
  const monthAt = (tokens: readonly Token[], start: number, isVerified: boolean) =>
    isVerified || isMonth(tokens, start) ? months.at(tokens, start) : undefined;
  const dayThenMonth: PartReader = (tokens, index) => {
    const first = dayAt(tokens, index);
    if (first === undefined) return undefined;
    const start = joiners.has(wordAt(tokens, first.end)) ? first.end + 1 : first.end;
    const month = monthAt(tokens, start, true);
    if (month === undefined) return undefined;
    const parts = { month: month.value, day: first.day };
    return { parts, length: start + month.length - index };
  };
  return (tokens, index) => {
    const whole = dayThenMonth(tokens, index);
    if (whole !== undefined) return whole;
    const month = monthAt(tokens, index, false);
    if (month === undefined) return undefined;
    const end = index + month.length;
    const after = dayAt(tokens, end);
    return after === undefined
      ? { parts: { month: month.value }, length: end - index }
      : { parts: { month: month.value, day: after.day }, length: after.end - index };
  };
}

/** Weekdays and relative dates. */
function createFamilies(
  { dates }: GuardLanguage,
  tokenise: (text: string) => readonly Token[],
): PartReader {
  const family = (families: readonly (readonly string[])[], parts: (at: number) => DateParts) =>
    families.flatMap((names, at) => names.map((name) => [name, parts(at)] as const));
  const table = createPhrases<DateParts>(
    [
      ...family(dates.weekdays, (weekday) => ({ weekday })),
      ...family(dates.relative, (relative) => ({ relative })),
    ],
    tokenise,
  );
  return (tokens, index) => {
    const found = table.at(tokens, index);
    return found === undefined ? undefined : { parts: found.value, length: found.length };
  };
}
