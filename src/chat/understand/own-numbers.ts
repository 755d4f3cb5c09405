import type { Lexicon } from "../follow-up/lexicon.ts";
import { toPattern, unionOf } from "./person-patterns.ts";

type Persons = Lexicon["persons"];

/** Finds a number by which its owner can be told: of a customer, an order, a document, a telephone. */
export type FindOwnNumber = (text: string) => "number" | "phone" | undefined;

/** Digits in groups, with the letters and signs that codes have. */
const CODE =
  /(?<![\p{Script=Latin}\p{N}@_.-])(?:[A-Z]{1,4}[-–][A-Z]{1,3} ?)?[A-Z]{0,6}[-_/]?\d[\dA-Z]{0,30}(?:[-_/ ][\dA-Z]{1,30}){0,6}(?![\p{Script=Latin}\p{N}%€$£°]|[.,]\d)/gu;
const YEAR = /^(?:19|20)\d\d(?:[-/ –](?:19|20)?\d\d)?$/;
const DATE = /^\d{1,2}[-/ ]\d{1,2}[-/ ]\d{2,4}$|^\d{4}[-/ ]\d{1,2}[-/ ]\d{1,2}/;
/** Letters and digits in one run, as serial numbers have them; and the short code of a booking. */
const SERIAL = /^(?=(?:[A-Z]*\d){4})(?=(?:\d*[A-Z]){3})[\dA-Z]{11,}$/;
const LOCATOR = /^(?=[A-Z]*\d)(?=\d*[A-Z])[\dA-Z]{5,8}$/;
const ROUND = /^\d+000$/;
const THOUSANDS = /^\d{1,3}(?: \d{3})+$/;
const SIGN = "[\\s:=#(,]{1,3}";
const COPULA = "(?:is|was|says?|reads?|ist|war|lautet|est|es|è|é|jest|to|brzmi|luidt)";
/** Between a word for a number and the number. */
const LINK = `(?:${SIGN}|\\s${COPULA}${SIGN}|\\s?[是为はが：])`;
/** Between a thing of one's own and its number: a word or a sign that says what the thing is. */
const STRICT_LINK = `(?:[:=#(,]\\s?|\\s${COPULA}${SIGN}|\\s?[是为はが：])`;
/** Behind a word, or behind a character of a script without spaces. */
const BEHIND_WORD = "(?:\\s|(?<=[\\p{Script=Han}\\p{Script=Hiragana}]))";

/** Fewest digits of a number that is looked at, of one to dial, and of one that is somebody's in any place. */
const FEWEST = 4;
const PHONE = 7;
const LONG = 9;
/** The same with letters: "RF-2026-0417". */
const LONG_WITH_LETTERS = 8;
/** Fewest characters of a code with so few digits. */
const CODE_LENGTH = 6;
/** Characters before a number in which its words stand. */
const BEFORE = 60;

/** Compiles the words of all languages; the number itself is read by its form. */
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
  /** Without letters. */
  readonly isPlain: boolean;
}

function measure(code: string): Measured {
  const digits = code.replace(/\D/g, "").length;
  return { digits, isPlain: !/\p{L}/u.test(code) };
}

/** Long enough, or of the form of a serial number: it can only be somebody's. */
function isSelfEvident(code: string, { digits, isPlain }: Measured): boolean {
  if (!isPlain && digits >= LONG_WITH_LETTERS) return true;
  return SERIAL.test(code) || (digits >= LONG && !THOUSANDS.test(code));
}

/** A year, a date, or a round number. */
function isOther(code: string): boolean {
  return YEAR.test(code) || DATE.test(code) || ROUND.test(code);
}
