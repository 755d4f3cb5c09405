import { keyAt, type Token } from "./tokens.ts";

/** Value and token count of a phrase. */
export interface PhraseMatch<Value> {
  readonly value: Value;
  readonly length: number;
}

/** Words and phrases with a value, found by the base forms of their words. */
export interface PhraseTable<Value> {
  /** The longest phrase that begins at this token. */
  at(tokens: readonly Token[], index: number): PhraseMatch<Value> | undefined;
}

/** @param entries phrases with their values; the first of equal phrases applies */
export function createPhrases<Value>(
  entries: Iterable<readonly [string, Value]>,
  tokenise: (text: string) => readonly Token[],
): PhraseTable<Value> {
  const table = new Map<string, Value>();
  /** First word -> maximum words of its phrases; most words begin none. */
  const lengths = new Map<string, number>();
  for (const [phrase, value] of entries) {
    const keys = tokenise(phrase).map(({ key }) => key);
    const [first = ""] = keys;
    const joined = keys.join(" ");
    if (!table.has(joined)) table.set(joined, value);
    lengths.set(first, Math.max(lengths.get(first) ?? 0, keys.length));
  }
  return {
    at(tokens, index) {
      const longest = lengths.get(keyAt(tokens, index)) ?? 0;
      let found: PhraseMatch<Value> | undefined;
      let joined = "";
      for (let length = 1; length <= longest && index + length <= tokens.length; length += 1) {
        const key = keyAt(tokens, index + length - 1);
        joined = length === 1 ? key : `${joined} ${key}`;
        const value = table.get(joined);
        if (value !== undefined) found = { value, length };
      }
      return found;
    },
  };
}
