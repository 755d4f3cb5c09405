import type { Lexicon } from "../follow-up/lexicon.ts";
import type { Sentence } from "../follow-up/read-sentences.ts";
import { lowWords } from "../follow-up/read-words.ts";
import { oncePerText, type TextReading } from "../follow-up/read-text.ts";
import { tellsOwnStory } from "./own-story.ts";
import { isCardNumber, isIban } from "./check-digits.ts";
import { personSignsOf, type PersonSigns } from "./person-signs.ts";

/** Kinds of data about one private person. */
export type PersonalData =
  | "e-mail"
  | "phone"
  | "bank"
  | "number"
  | "address"
  | "secret"
  | "introduction"
  | "signature"
  | "situation";

/** Part of a text that belongs to one person. */
export interface PersonalValue {
  readonly kind: PersonalData;
  readonly value: string;
}

const E_MAIL =
  /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,4}/gu;
/** Impersonal addresses: reserved domains, functions, placeholders. */
const ANYBODYS =
  /@(?:[\w-]+\.)*example\.(?:com|org|net)$|@(?:localhost|(?:(?:your|my|our)[\w-]*|domain|company|firma|test|acme)\.\w+)|^(?:no-?reply|info|support|help|hello|admin|user|username|name|you|me|someone|test|contact|sales|office|john\.?doe|jane\.?doe|first\.last|[a-z])@/iu;
/** At least seven digits in groups, with a sign of a phone number. */
const PHONE =
  /(?<![\p{L}\p{N}./-]|\d )(?:\+\d{1,3}[\s()/.-]{0,2}|\(\d{2,5}\)[\s/-]?|0)\d(?:[\s/().-]{0,2}\d){5,13}(?![\p{L}\p{N}]|[.-]\d)|(?<![\p{L}\p{N}.-])\d{3}[-. ]\d{3}[-. ]\d{4}(?![\d-])/gu;
const DATE = /^\d{1,2}[./-]\d{1,2}[./-]\d{2,4}$|^\d{4}-\d{2}-\d{2}/;
const IBAN = /\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{2,4}){3,8}\b/g;
const CARD = /(?<![\p{L}\p{N}-])\d(?:[ -]?\d){12,18}(?![\p{L}\p{N}-])/gu;
/** Long keys of mixed case and digits, or with a provider's prefix. */
const KEY =
  /(?<![A-Za-z0-9_-])(?:(?:(?:sk|pk|rk|ghp|gho|xox[abp]|glpat)[-_]|AKIA|AIza|eyJ)[A-Za-z0-9_.-]{8,400}|(?=[A-Za-z_-]{0,200}\d)(?=[A-Z0-9_-]{0,200}[a-z])(?=[a-z0-9_-]{0,200}[A-Z])[A-Za-z0-9_-]{24,200}(?![A-Za-z0-9_-]))/g;
/** An obfuscated address: `ann (at) mail dot com`. */
const SPELLED_E_MAIL =
  /(?<![\p{L}\p{N}])[\p{L}\p{N}._+-]{2,64}\s?[([{](?:at|ät|@|arroba|chiocciola|arobase|małpa)[)\]}]\s?[\p{L}\p{N}-]{2,63}/giu;
/**
 * Pre-check: every value contains one of these. An obfuscated address has brackets; a key may have only its
 * prefix.
 */
const HAS_VALUE = /[@\d([{]|(?:sk|pk|rk|ghp|gho|xox[abp]|glpat)[-_]|AKIA|AIza|eyJ/;
const YEAR = /^(?:19|20)\d\d$/;

/** Maximum characters that are searched for numbers and addresses. */
const SEARCHED = 8_000;
/** Maximum characters that are searched for introductions and personal situations. */
const READ = 3_000;

/**
 * Above this length, in characters, small talk about the writer is usual, and an answer is reused only if
 * everything around the ask is the same.
 */
const LETTER = 400;

/** Personal values in any language: addresses, numbers and keys. */
export function personalValues(text: string): readonly PersonalValue[] {
  const searched = text.slice(0, SEARCHED);
  if (!HAS_VALUE.test(searched)) return [];
  const all = (pattern: RegExp, kind: PersonalData, holds: (value: string) => boolean) =>
    (searched.match(pattern) ?? []).filter(holds).map((value) => ({ kind, value: value.trim() }));
  return [
    ...all(E_MAIL, "e-mail", (value) => !ANYBODYS.test(value)),
    ...all(SPELLED_E_MAIL, "e-mail", () => true),
    ...all(IBAN, "bank", isIban),
    ...all(CARD, "bank", isCardNumber),
    ...all(PHONE, "phone", (value) => !DATE.test(value)),
    ...all(KEY, "secret", () => true),
  ];
}

/**
 * Finds signs of a private person: an introduction, a signature, an e-mail address, a phone, account or order
 * number, a secret, or the asker's own sensitive situation. Public people, product codes, example addresses and
 * general rules do not count. A number needs a preceding word for a possession; a name needs an introduction or
 * a letter's closing.
 */
export const findPersonalData = oncePerText((message: TextReading): PersonalData | undefined => {
  const [value] = personalValues(message.text);
  if (value !== undefined) return value.kind;
  const signs = personSignsOf(message.lexicons);
  const reading = message.part(message.text.slice(0, READ));
  const { text, known, sentences } = reading;
  if (signs.introduces(text)) return "introduction";
  if (signs.signs(message.text)) return "signature";
  if (signs.tellsSecret(text)) return "secret";
  const numbered = NUMBER.test(text) ? findNumbered(text, signs) : undefined;
  if (numbered !== undefined) return numbered;
  const isLetter = message.text.length > LETTER;
  const tells = known.some(
    (lexicon) =>
      tellsSituation(sentences, lexicon.persons) ||
      (!isLetter && tellsOwnStory(sentences, lexicon)),
  );
  return tells ? "situation" : undefined;
});

/** Addresses and personal numbers. Most messages have no number at all. */
function findNumbered(text: string, signs: PersonSigns): PersonalData | undefined {
  if (signs.addresses.test(text)) return "address";
  return namesOwnNumber(text, signs.owned) ? "number" : signs.findOwnNumber(text);
}

const NUMBER = /\p{N}/u;

function namesOwnNumber(text: string, owned: RegExp | undefined): boolean {
  if (owned === undefined) return false;
  for (const match of text.matchAll(owned)) {
    const code = match.at(-1) ?? "";
    const digits = code.replace(/\D/g, "").length;
    if ((digits >= 4 || (digits >= 2 && code.length >= 6)) && !YEAR.test(code)) return true;
  }
  return false;
}

const CLAUSES = /[,;:–—()，；、]\s*/u;

function tellsSituation(sentences: readonly Sentence[], persons: Lexicon["persons"]): boolean {
  return sentences.some(
    ({ text, low }) =>
      persons.situations.test(low) ||
      text.split(CLAUSES).some((clause) => persons.people.test(lowWords(clause))) ||
      (persons.sensitive.test(low) && persons.own.test(low.replaceAll(persons.asking, " "))),
  );
}
