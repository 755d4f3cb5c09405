import type { GuardLanguage } from "./guard-language.ts";
import { createDateParts } from "./date-parts.ts";
import type { DateParts } from "./date-types.ts";
import type { Token } from "./tokens.ts";

export interface Dates {
  readonly dates: readonly DateParts[];
  /** Indexes of the tokens of dates: their numbers are not quantities. */
  readonly taken: ReadonlySet<number>;
}

/** Reads dates and times; adjacent parts form one date: `3 March 2020`. */
export function createDateReader(
  language: GuardLanguage,
  tokenise: (text: string) => readonly Token[],
): (tokens: readonly Token[]) => Dates {
  const partAt = createDateParts(language, tokenise);
  const joiners = new Set([",", ...language.dates.joiners]);
  return (tokens) => {
    const dates: DateParts[] = [];
    const taken = new Set<number>();
    let lastEnd = -1;
    for (let index = 0; index < tokens.length; index += 1) {
      const found = partAt(tokens, index);
      if (found === undefined) continue;
      const last = dates.at(-1);
      const between = lastEnd < 0 ? undefined : tokens.slice(lastEnd, index);
      const adjoins =
        between !== undefined &&
        between.length <= 2 &&
        between.every(({ word }) => joiners.has(word));
      if (last !== undefined && adjoins && !overlaps(last, found.parts)) {
        dates[dates.length - 1] = { ...last, ...found.parts };
      } else dates.push(found.parts);
      for (let at = index; at < index + found.length; at += 1) taken.add(at);
      lastEnd = index + found.length;
      index = lastEnd - 1;
    }
    return { dates, taken };
  };
}

function overlaps(one: DateParts, other: DateParts): boolean {
  return Object.keys(other).some((name) => name in one);
}
