import type { GuardLanguage } from "./guard-language.ts";

/** Minimum characters that remain of a word. */
const SHORTEST = 3;

/**
 * Maps `enables`, `enabled` and `enabling` to one key. The key is for comparison only and need not be a word:
 * forms of one word should match, and those of different words rarely do.
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
