import type { ReadLanguage } from "../../language/detect-language.ts";
import { rememberByTenant } from "../../operations/remember.ts";
import { ANY_LANGUAGE, type GuardLanguage } from "./guard-language.ts";
import { createGuardRules, type GuardRule } from "./guard-rules.ts";
import { createQuestionReader, type Reading } from "./read-question.ts";
import type { CompareQuestions, GuardFinding, GuardSwitches } from "./types.ts";

/** Questions whose reading is kept: stored ones are compared again and again. */
const KEPT_READINGS = 512;
/** Longer questions are read anew each time, in characters. */
const LONGEST_KEPT = 2_000;

/** The guards of one language, which read and compare its questions. */
interface LanguageGuards {
  readonly language: string;
  /** False: there are no words of this language, only numbers, codes and names. */
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
 * The guards of several languages. Each question is read with those of its own language; two languages
 * share nothing.
 *
 * @param languages one of them, `und`, holds for questions in any other language
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

/** Tables of words take time and memory; most services see few languages. */
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

/** Services of one process that have a language from the same reading share its tables. */
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
  // Words of opposites, negations and the like are not known: similarity alone is not enough.
  const isKnown = hasWords || switches.language === false;
  return isKnown
    ? findings
    : [...findings, { guard: "language", strength: "soft", reason: "language-without-guards" }];
}
