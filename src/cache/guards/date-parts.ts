import { createDateWords } from "./date-words.ts";
import { createDigitalDates } from "./digital-dates.ts";
import type { PartReader } from "./date-types.ts";
import type { GuardLanguage } from "./guard-language.ts";
import type { Token } from "./tokens.ts";

/** Reads a part of a date, or a whole date. */
export function createDateParts(
  language: GuardLanguage,
  tokenise: (text: string) => readonly Token[],
): PartReader {
  const readers = [
    ...createDigitalDates(language, tokenise),
    ...createDateWords(language, tokenise),
  ];
  return (tokens, index) => {
    for (const read of readers) {
      const found = read(tokens, index);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}
