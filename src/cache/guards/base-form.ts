import type { GuardLanguage } from "./guard-language.ts";

/** Less than this is never left of a word, in characters. */
const SHORTEST = 3;

/**
 * Makes `enables`, `enabled` and `enabling` one. The result is a key to compare by, not a word:
 * what counts is that forms of one word agree and those of others rarely do.
 */
export function createBaseForm(inflection: GuardLanguage["inflection"]): (word: string) => string {
  const vowels = new Set(inflection.vowels);
  const base = (word: string): string => {
    let form = word;
    for (const step of inflection.steps) form = applyFirst(step, form, vowels);
    return form;
  };
  const irregular = new Map(
    Object.entries(inflection.irregular).flatMap(([word, forms]) =>
      forms.map((form) => [form, base(word)] as const),
    ),
  );
  return (word) => irregular.get(word) ?? base(word);
}

function applyFirst(
  step: GuardLanguage["inflection"]["steps"][number],
  word: string,
  vowels: ReadonlySet<string>,
): string {
  for (const [ending, instead] of step) {
    if (!word.endsWith(ending)) continue;
    const rest = word.slice(0, -ending.length);
    if (rest.length + instead.length >= SHORTEST && hasAny(rest, vowels)) return rest + instead;
  }
  return word;
}

function hasAny(text: string, letters: ReadonlySet<string>): boolean {
  for (const letter of text) if (letters.has(letter)) return true;
  return false;
}
