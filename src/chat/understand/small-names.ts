import type { Lexicon } from "../follow-up/lexicon.ts";
import { toPattern, unionOf } from "./person-patterns.ts";

/** Characters at the beginning of a message that may introduce its writer. */
const READ = 120;
const WORD = "\\p{L}[\\p{L}'’-]{1,20}";
const GREETING = `(?:(?<greeting>\\p{L}+(?:\\s\\p{L}+)??)[,!.]?\\s+)?`;

/**
 * Finds a name in lower case by its position: between a greeting or "this is" and a comma, before a workplace
 * ("it's tess from room 6, …"), or with an initial ("tess k. again").
 *
 * @param lexicons their function words, greetings and general words are not names
 */
export function createFindSmallName(lexicons: readonly Lexicon[]): (text: string) => boolean {
  const persons = lexicons.map(({ persons: each }) => each);
  const callsIn = unionOf(persons.map(({ callsIn: each }) => each));
  const workPlaces = unionOf(persons.map(({ workPlaces: each }) => each));
  const callers = unionOf(persons.map(({ callers: each }) => each));
  const namings = unionOf(persons.map(({ namings: each }) => each));
  if (callsIn === undefined || workPlaces === undefined) return () => false;
  const calls = `(?<calls>(?:${callsIn})\\s+)?`;
  const placed = toPattern(
    `^${GREETING}${calls}(?<name>${WORD}(?:\\s${WORD})?)\\s(?:${workPlaces})\\s[^,.!?\\n]{2,40}[,.!?\\n–-]`,
  );
  const between = toPattern(`^${GREETING}${calls}(?<name>${WORD}\\s${WORD})[,.!]\\s`);
  const initial = toPattern(
    `^${GREETING}(?<name>${WORD})\\s\\p{L}\\.?,?\\s(?:${callers ?? "here"})(?!\\p{L})`,
  );
  const named = toPattern(`^${GREETING}(?<name>${WORD}),?\\s(?:${namings ?? "(?!)"})(?!\\p{L})`);
  return (text) => {
    const low = text.slice(0, READ).toLowerCase();
    return (
      isNamed(placed.exec(low), lexicons, ({ calls, greeting }) => Boolean(calls ?? greeting)) ||
      isNamed(between.exec(low), lexicons, ({ calls, greeting }) => Boolean(calls && greeting)) ||
      isNamed(named.exec(low), lexicons, ({ greeting }) => Boolean(greeting)) ||
      isNamed(initial.exec(low), lexicons, () => true)
    );
  };
}

type Groups = Readonly<Record<string, string | undefined>>;

function isNamed(
  found: RegExpExecArray | null,
  lexicons: readonly Lexicon[],
  isIntroduced: (groups: Groups) => boolean,
): boolean {
  const groups = found?.groups;
  if (groups === undefined || !isIntroduced(groups)) return false;
  const { greeting = "", name = "" } = groups;
  const greets = (word: string) => lexicons.some(({ smallTalk }) => smallTalk.core.has(word));
  const isKnown = (word: string) =>
    greets(word) ||
    lexicons.some(
      ({ words: { functionWords, generalWords }, smallTalk }) =>
        functionWords.has(word) || generalWords.has(word) || smallTalk.around.has(word),
    );
  const isPhrase = lexicons.some(({ smallTalk }) => smallTalk.phrases.test(greeting));
  const isGreeting = greeting === "" || isPhrase || greeting.split(/\s/u).some(greets);
  return isGreeting && !name.split(/\s/u).some((word) => isKnown(word) || isForm(word));
}

/** "Calling", "stuck", "strictly": endings that names rarely have. */
function isForm(word: string): boolean {
  return /(?:ing|ed|ly)$/u.test(word);
}
