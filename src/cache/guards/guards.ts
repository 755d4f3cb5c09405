import type { ReadLanguage } from "../../language/detect-language.ts";
import { rememberByTenant } from "../../operations/remember.ts";
import { ANY_LANGUAGE, type GuardLanguage } from "./guard-language.ts";
import { createGuardRules, type GuardRule } from "./guard-rules.ts";
import { createQuestionReader, type Reading } from "./read-question.ts";
import type { CompareQuestions, GuardFinding, GuardSwitches } from "./types.ts";

/** Remembered readings: stored questions are compared repeatedly. */
const KEPT_READINGS = 512;
/** Longer questions are not remembered, in characters. */
const LONGEST_KEPT = 2_000;

/** The guards of one language. */
interface LanguageGuards {
  readonly language: string;
  /** False if the language has no word lists: only numbers, codes and names are compared. */
  readonly hasWords: boolean;
  readonly read: (text: string) => Reading;
  readonly rules: readonly GuardRule[];
}

interface Asked {
  readonly text: string;
  readonly tenant: string | undefined;
}

interface Read {
  readonly language: string;
  readonly guards: LanguageGuards;
  readonly reading: Reading;
}

/**
 * The guards of several languages. Each question is read by the guards of its language; questions in different
 * languages never share an answer.
 *
 * @param languages one of them, `und`, applies to all other languages
 */
export function createGuards(
  languages: readonly GuardLanguage[],
  readLanguage: ReadLanguage,
): CompareQuestions {
  const guardsOf = createdWhenAsked(languages);
  const readAnew = ({ text, tenant }: Asked): Read => {
    const language = readLanguage(text, undefined, tenant).compared;
    const guards = guardsOf(language);
    return { language, guards, reading: guards.read(text) };
  };
  const read = rememberByTenant(readAnew, {
    max: KEPT_READINGS,
    nameOf: ({ text }) => (text.length > LONGEST_KEPT ? undefined : text),
  });
  return (asked, stored, switches = {}, tenant) => {
    const left = read({ text: asked, tenant }, tenant);
    const right = read({ text: stored, tenant }, tenant);
    if (left.language === right.language) return compare(left.guards, left, right, switches);
    if (switches.language === false) return compare(guardsOf(ANY_LANGUAGE), left, right, switches);
    return [{ guard: "language", strength: "hard", reason: "language-differs" }];
  };
}

/** Created at first use: the word tables take time and memory, and most services see few languages. */
function createdWhenAsked(
  languages: readonly GuardLanguage[],
): (language: string) => LanguageGuards {
  const data = new Map(languages.map((each) => [each.language, each]));
  const common = data.get(ANY_LANGUAGE);
  if (common === undefined) throw new Error(`There are no guards for "${ANY_LANGUAGE}".`);
  const created = new Map<string, LanguageGuards>();
  return (asked) => {
    const language = data.get(asked) ?? common;
    const known = created.get(language.language);
    if (known !== undefined) return known;
    const guards = createOne(language);
    created.set(language.language, guards);
    return guards;
  };
}

/** Services in one process share the tables of a language object. */
const made = new WeakMap<GuardLanguage, LanguageGuards>();

function createOne(language: GuardLanguage): LanguageGuards {
  const known = made.get(language);
  if (known !== undefined) return known;
  const guards = {
    language: language.language,
    hasWords: language.language !== ANY_LANGUAGE,
    read: createQuestionReader(language),
    rules: createGuardRules(language),
  };
  made.set(language, guards);
  return guards;
}

function compare(
  { rules, hasWords }: LanguageGuards,
  asked: Read,
  stored: Read,
  switches: GuardSwitches,
): readonly GuardFinding[] {
  const findings = rules.flatMap((rule): readonly GuardFinding[] => {
    const { guard, reason } = rule;
    const isOff = switches[guard] === false;
    const strength = isOff ? undefined : rule.compare(asked.reading, stored.reading);
    return strength === undefined ? [] : [{ guard, strength, reason }];
  });
  // Opposites and negations are unknown in this language: similarity alone is not enough.
  const isKnown = hasWords || switches.language === false;
  return isKnown
    ? findings
    : [...findings, { guard: "language", strength: "soft", reason: "language-without-guards" }];
}
