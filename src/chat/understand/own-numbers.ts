import type { Lexicon } from "../follow-up/lexicon.ts";
import { toPattern, unionOf } from "./person-patterns.ts";

type Persons = Lexicon["persons"];

/** Finds a number that identifies its owner: of a customer, an order, a document, a telephone. */
export type FindOwnNumber = (text: string) => "number" | "phone" | undefined;

/** Groups of digits, with the letters and signs of codes. */
const CODE =
  /(?<![\p{Script=Latin}\p{N}@_.-])(?:[A-Z]{1,4}[-–][A-Z]{1,3} ?)?[A-Z]{0,6}[-_/]?\d[\dA-Z]{0,30}(?:[-_/ ][\dA-Z]{1,30}){0,6}(?![\p{Script=Latin}\p{N}%€$£°]|[.,]\d)/gu;
const YEAR = /^(?:19|20)\d\d(?:[-/ –](?:19|20)?\d\d)?$/;
const DATE = /^\d{1,2}[-/ ]\d{1,2}[-/ ]\d{2,4}$|^\d{4}[-/ ]\d{1,2}[-/ ]\d{1,2}/;
/** Serial numbers, a single run of letters and digits; and short booking codes. */
const SERIAL = /^(?=(?:[A-Z]*\d){4})(?=(?:\d*[A-Z]){3})[\dA-Z]{11,}$/;
const LOCATOR = /^(?=[A-Z]*\d)(?=\d*[A-Z])[\dA-Z]{5,8}$/;
const ROUND = /^\d+000$/;
const THOUSANDS = /^\d{1,3}(?: \d{3})+$/;
const SIGN = "[\\s:=#(,]{1,3}";
const COPULA = "(?:is|was|says?|reads?|ist|war|lautet|est|es|è|é|jest|to|brzmi|luidt)";
/** Text between a word for a number and the number. */
const LINK = `(?:${SIGN}|\\s${COPULA}${SIGN}|\\s?[是为はが：])`;
/** Text between a possession and its number: a verb or a sign. */
const STRICT_LINK = `(?:[:=#(,]\\s?|\\s${COPULA}${SIGN}|\\s?[是为はが：])`;
/** Position after a word, or after a character of a script without spaces. */
const BEHIND_WORD = "(?:\\s|(?<=[\\p{Script=Han}\\p{Script=Hiragana}]))";

/** Minimum digits of a candidate, of a phone number, and of a number that is personal in any context. */
const FEWEST = 4;
const PHONE = 7;
const LONG = 9;
/** The latter with letters: "RF-2026-0417". */
const LONG_WITH_LETTERS = 8;
/** Minimum characters of a code with fewer digits. */
const CODE_LENGTH = 6;
/** Characters before a number that are searched for its words. */
const BEFORE = 60;

/** Compiles the words of all languages; the number is recognised by its format. */
export function createFindOwnNumber(persons: readonly Persons[]): FindOwnNumber {
  const union = (read: (one: Persons) => RegExp) => unionOf(persons.map(read));
  const word = (source: string | undefined) =>
    source === undefined ? undefined : `(?<!\\p{L})(?:${source})`;
  const things = word(union((one) => one.publicThings));
  const own = word(union((one) => one.possessives));
  const numbered = word(union((one) => one.numbered));
  const phones = word(union((one) => one.phoneWords));
  const isPublic = toPattern(things && `${things}(?:\\s(?:\\S{1,12})){0,2}?${LINK}?$`, "iu");
  const isOwn = toPattern(
    own && `${own}${BEHIND_WORD}(?:[^\\s,.!?]{1,24}\\s){0,4}?[^\\s,.!?]{1,24}${STRICT_LINK}$`,
    "iu",
  );
  const isNumbered = toPattern(numbered && `${numbered}${LINK}{1,2}$`, "iu");
  const isPhone = toPattern(phones && `${phones}[^.!?\\n]{0,30}$`, "iu");

  const isDialled = ({ digits, isPlain }: Measured, before: string) =>
    digits >= PHONE && isPlain && isPhone.test(before);
  const isOwned = (code: string, { digits }: Measured, before: string) => {
    if (LOCATOR.test(code) && isOwn.test(before)) return true;
    const isCode = digits > FEWEST || (digits === FEWEST && code.length >= CODE_LENGTH);
    return isCode && (isNumbered.test(before) || isOwn.test(before));
  };
  const kindOf = (code: string, before: string) => {
    const measured = measure(code);
    if (isPublic.test(before) || isOther(code)) return undefined;
    if (isDialled(measured, before)) return "phone";
    const isOwners = isSelfEvident(code, measured) || isOwned(code, measured, before);
    return isOwners ? "number" : undefined;
  };
  return (text) => {
    for (const match of text.matchAll(CODE)) {
      const before = text.slice(Math.max(0, match.index - BEFORE), match.index);
      const kind = kindOf(match[0].trim(), before);
      if (kind !== undefined) return kind;
    }
    return undefined;
  };
}

interface Measured {
  readonly digits: number;
  /** True if it has no letters. */
  readonly isPlain: boolean;
}

function measure(code: string): Measured {
  const digits = code.replace(/\D/g, "").length;
  return { digits, isPlain: !/\p{L}/u.test(code) };
}

/** A long number or a serial number is always personal. */
function isSelfEvident(code: string, { digits, isPlain }: Measured): boolean {
  if (!isPlain && digits >= LONG_WITH_LETTERS) return true;
  return SERIAL.test(code) || (digits >= LONG && !THOUSANDS.test(code));
}

/** A year, a date, or a round number. */
function isOther(code: string): boolean {
  return YEAR.test(code) || DATE.test(code) || ROUND.test(code);
}
