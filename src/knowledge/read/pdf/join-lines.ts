const LETTERS = /[\p{L}\p{N}]+(?:-[\p{L}\p{N}]+)*/gu;

/** Words of a file that no line end splits. */
export type Vocabulary = ReadonlySet<string>;

/** Reads the words within lines. */
export function readVocabulary(lines: Iterable<string>): Vocabulary {
  const words = new Set<string>();
  for (const line of lines) {
    for (const word of line.replace(/\S+$/, "").match(LETTERS) ?? []) words.add(word.toLowerCase());
  }
  return words;
}

/**
 * Joins two lines of a paragraph. A word that is hyphenated at the line end is joined, unless the file contains
 * the compound only with its hyphen.
 */
export function joinLines(text: string, line: string, known: Vocabulary): string {
  const head = /(\p{L}+(?:-\p{L}+)*)[-\u2010\u00AD]$/u.exec(text)?.[1];
  const tail = /^\p{Ll}+/u.exec(line)?.[0];
  if (head === undefined) return `${text} ${line}`;
  // `North-` and `South`, `A-` and `4`: the hyphen belongs to the word.
  if (tail === undefined) return /^[\p{Lu}\p{N}]/u.test(line) ? text + line : `${text} ${line}`;
  const stem = text.slice(0, -1);
  return isCompound(text, head, tail, known) ? `${stem}-${line}` : `${stem}${line}`;
}

function isCompound(text: string, head: string, tail: string, known: Vocabulary): boolean {
  const isSoft = text.endsWith("\u00AD");
  const isKnown = (word: string) => known.has(word.toLowerCase());
  return !isSoft && isKnown(`${head}-${tail}`) && !isKnown(`${head}${tail}`);
}

/** Replaces ligatures by letters, and removes soft hyphens within a line. */
export function withoutLigatures(text: string): string {
  return text
    .replace(/[\uFB00-\uFB06]/g, (ligature) => ligature.normalize("NFKC"))
    .replace(/\u00AD(?=.)/g, "");
}
