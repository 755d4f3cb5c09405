import type { GuardLanguage } from "./guard-language.ts";
import { createPhrases, type PhraseTable } from "./phrases.ts";
import type { Token } from "./tokens.ts";

export interface Unit {
  readonly name: string;
  readonly dimension: string;
  /** Relative to the dimension's base unit. */
  readonly factor: number;
}

export interface UnitTables {
  readonly behindNumber: PhraseTable<Unit>;
  readonly beforeNumber: PhraseTable<Unit>;
  readonly bare: PhraseTable<Unit>;
}

/** The units of a language, by allowed position. */
export function createUnits(
  language: GuardLanguage,
  tokenise: (text: string) => readonly Token[],
): UnitTables {
  const units = language.units.map(({ dimension, factor, names, short, prefixes, bare }) => ({
    unit: { name: `${dimension}:${factor}`, dimension, factor },
    behind: [...names, ...short],
    prefixes,
    bare: bare ? names : [],
  }));
  const table = (pick: (unit: (typeof units)[number]) => readonly string[]) =>
    createPhrases(
      units.flatMap((each) => pick(each).map((name) => [name, each.unit] as const)),
      tokenise,
    );
  return {
    behindNumber: table(({ behind }) => behind),
    beforeNumber: table(({ prefixes }) => prefixes),
    bare: table(({ bare }) => bare),
  };
}
