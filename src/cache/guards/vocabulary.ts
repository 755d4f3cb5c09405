import type { Token } from "./tokens.ts";

/** The words of a question in all forms that another question may use. */
export interface Vocabulary {
  /** Words and their base forms, numbers, and neighbours as one word: `face book`. */
  readonly forms: ReadonlySet<string>;
  /** First letters of its words, in order. */
  readonly initials: string;
  /** The same without function words. */
  readonly contentInitials: string;
}

/** All forms of a question's words. */
export function readVocabulary(
  tokens: readonly Token[],
  isGrammar: (word: string) => boolean,
): Vocabulary {
  const spoken = tokens.filter(({ kind }) => kind !== "sign");
  const forms = new Set<string>();
  for (const [index, { word, key, raw }] of spoken.entries()) {
    forms.add(word).add(key).add(capitalsOf(raw));
    const next = spoken[index + 1];
    if (next !== undefined) forms.add(word + next.word).add(word + next.key);
  }
  const words = spoken.filter(({ kind }) => kind === "word").map(({ word }) => word);
  return {
    forms,
    initials: firstLetters(words),
    contentInitials: firstLetters(words.filter((word) => !isGrammar(word))),
  };
}

/** `PlayStation` becomes `ps`. */
function capitalsOf(raw: string): string {
  const capitals = raw.match(/\p{Lu}/gu) ?? [];
  return capitals.length > 1 ? capitals.join("").toLowerCase() : "";
}

function firstLetters(words: readonly string[]): string {
  return words.map((word) => word.slice(0, 1)).join("");
}

/** Minimum and maximum length of an acronym, in letters. */
const SHORTEST_ACRONYM = 2;
const LONGEST_ACRONYM = 6;

/** True if the vocabulary contains the word, or consecutive words begin with its letters: `AI`. */
export function mentions(
  vocabulary: Vocabulary,
  { word, key }: Pick<Token, "word" | "key">,
): boolean {
  if (vocabulary.forms.has(word) || vocabulary.forms.has(key)) return true;
  if (word.length < SHORTEST_ACRONYM || word.length > LONGEST_ACRONYM) return false;
  // With function words included, two initials match by chance.
  const { initials, contentInitials } = vocabulary;
  return contentInitials.includes(word) || (word.length > 2 && initials.includes(word));
}
