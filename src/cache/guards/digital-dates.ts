import type { PartReader, PartsAt } from "./date-types.ts";
import type { GuardLanguage } from "./guard-language.ts";
import { createPhrases } from "./phrases.ts";
import { gluedAt, wordAt, type Token } from "./tokens.ts";

/** For a whole date. A single number is a year from `EARLIEST_LONE_YEAR` on. */
const EARLIEST_YEAR = 1000;
const EARLIEST_LONE_YEAR = 1500;
const LATEST_YEAR = 2199;

/** Readers of dates and times in digits, in order of precedence. */
export function createDigitalDates(
  language: GuardLanguage,
  tokenise: (text: string) => readonly Token[],
): readonly PartReader[] {
  return [wholeDate, createTime(language), createDecade(language), createYear(language, tokenise)];
}

/** The number at this index, if it has at most four digits. */
export function smallNumberAt(tokens: readonly Token[], index: number): number | undefined {
  return smallNumber(wordAt(tokens, index));
}

function smallNumber(word: string): number | undefined {
  return /^\d{1,4}$/.test(word) ? Number(word) : undefined;
}

/** `2020-10-01`, `10/01/2020`, `1.10.2020`. */
function wholeDate(tokens: readonly Token[], index: number): PartsAt | undefined {
  if (tokens[index]?.kind !== "number") return undefined;
  const dotted = wordAt(tokens, index).split(".");
  if (dotted.length === 3)
    return fromThree(
      dotted.flatMap((part) => smallNumber(part) ?? []),
      1,
    );
  const places =
    gluedAt(tokens, index + 1) === "/"
      ? [index, index + 2, index + 4]
      : [index, index + 1, index + 2];
  const last = places.at(-1) ?? index;
  for (let at = index + 1; at <= last; at += 1) if (gluedAt(tokens, at) === "") return undefined;
  const numbers = places.flatMap((at) => smallNumberAt(tokens, at) ?? []);
  return fromThree(numbers, last - index + 1);
}

function fromThree(numbers: readonly number[], length: number): PartsAt | undefined {
  const [first, second, third] = numbers;
  if (first === undefined || second === undefined || third === undefined) return undefined;
  if (first >= EARLIEST_YEAR) return fromYear(first, second, third, length);
  if (third < EARLIEST_YEAR || first > 31 || second > 31) return undefined;
  if (first > 12) return fromYear(third, second, first, length);
  if (second > 12) return fromYear(third, first, second, length);
  const open = [first, second].toSorted((a, b) => a - b).join("/");
  return { parts: { year: third, dayAndMonth: open }, length };
}

function fromYear(year: number, month: number, day: number, length: number): PartsAt | undefined {
  return month <= 12 && day <= 31 ? { parts: { year, month, day }, length } : undefined;
}

/** `17:30`, `5 pm`, `5:30 p.m.`. */
function createTime({ dates }: GuardLanguage): PartReader {
  const [morning, afternoon] = dates.halfDays.map((words) => new Set(words));
  const halfAt = (tokens: readonly Token[], index: number) => {
    const isDotted = gluedAt(tokens, index + 1) === "." && gluedAt(tokens, index + 2) === "m";
    const word = isDotted ? `${wordAt(tokens, index)}m` : wordAt(tokens, index);
    const hours = afternoon?.has(word) === true ? 12 : 0;
    const isHalf = hours > 0 || morning?.has(word) === true;
    return isHalf ? { hours, length: isDotted ? 4 : 1 } : undefined;
  };
  return (tokens, index) => {
    const hour = smallNumberAt(tokens, index);
    if (hour === undefined || hour > 24) return undefined;
    const minutes = minutesAt(tokens, index + 1);
    const length = minutes === undefined ? 1 : 3;
    const half = halfAt(tokens, index + length);
    if (half === undefined && minutes === undefined) return undefined;
    const hours = half === undefined ? hour : (hour % 12) + half.hours;
    const time = hours * 60 + (minutes ?? 0);
    return { parts: { time }, length: length + (half?.length ?? 0) };
  };
}

function minutesAt(tokens: readonly Token[], index: number): number | undefined {
  const minutes = gluedAt(tokens, index) === ":" ? gluedAt(tokens, index + 1) : "";
  return /^[0-5]\d$/.test(minutes) ? Number(minutes) : undefined;
}

/** `1990s`, `90s`, `1990's`. */
function createDecade({ dates }: GuardLanguage): PartReader {
  return (tokens, index) => {
    const value = smallNumberAt(tokens, index);
    const behind = gluedAt(tokens, index + 1) === "'" ? 2 : 1;
    const isDecade = gluedAt(tokens, index + behind) === dates.decadeEnding;
    if (value === undefined || value % 10 !== 0 || !isDecade) return undefined;
    return { parts: { decade: value % 100 }, length: behind + 1 };
  };
}

/** A four-digit number without a unit. */
function createYear(
  { units }: GuardLanguage,
  tokenise: (text: string) => readonly Token[],
): PartReader {
  const names = createPhrases(
    units.flatMap(({ names, short }) => [...names, ...short].map((name) => [name, true] as const)),
    tokenise,
  );
  const prefixes = new Set(units.flatMap((unit) => unit.prefixes));
  return (tokens, index) => {
    const year = smallNumberAt(tokens, index);
    if (year === undefined || year < EARLIEST_LONE_YEAR || year > LATEST_YEAR) return undefined;
    const measures = names.at(tokens, index + 1) !== undefined;
    const isLone = !measures && !prefixes.has(wordAt(tokens, index - 1));
    return isLone ? { parts: { year }, length: 1 } : undefined;
  };
}
