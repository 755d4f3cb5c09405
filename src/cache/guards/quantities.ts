import type { GuardLanguage } from "./guard-language.ts";
import type { NumberReader } from "./number-types.ts";
import { createNumberReader } from "./read-number.ts";
import type { Token } from "./tokens.ts";
import { createUnits, type Unit, type UnitTables } from "./unit-tables.ts";

/** A number with what is counted. */
export interface Quantity {
  /** Spellings of the number alone; two quantities that share one have the same number. */
  readonly numbers: readonly string[];
  /** The amount in its dimension's base unit: 90 minutes and 1.5 hours are the same. */
  readonly amount: string | undefined;
  /** A pronoun or an article rather than a number. */
  readonly weak: boolean;
  readonly isYear: boolean;
  /** `second` and on; the first may be any. */
  readonly isOrdinal: boolean;
}

export interface Quantities {
  readonly quantities: readonly Quantity[];
  /** Units that stand without a number: `how many miles`. */
  readonly bareUnits: readonly string[];
}

interface Measured extends Quantity {
  readonly value: number;
  readonly unit: Unit | undefined;
  readonly end: number;
}

/** Reads the quantities among the tokens that no date has taken. */
export function createQuantityReader(
  language: GuardLanguage,
  tokenise: (text: string) => readonly Token[],
): (tokens: readonly Token[], taken: ReadonlySet<number>) => Quantities {
  const numberAt = createNumberReader(language);
  const units = createUnits(language, tokenise);
  const articles = new Set(language.numbers.articles);
  const joiners = new Set(language.numbers.joiners);
  return (tokens, taken) => {
    const measured: Measured[] = [];
    const bareUnits: string[] = [];
    for (let index = 0; index < tokens.length; index += 1) {
      if (taken.has(index)) continue;
      const found =
        measure(tokens, index, numberAt, units) ?? articleUnit(tokens, index, articles, units);
      if (found === undefined) {
        const bare = units.bare.at(tokens, index);
        if (bare !== undefined) bareUnits.push(bare.value.name);
        continue;
      }
      const end = measured.at(-1)?.end ?? 0;
      const between = tokens.slice(end, index).map(({ word }) => word);
      addMeasured(
        measured,
        found,
        between.filter((word, at) => at > 0 || !joiners.has(word)),
      );
      index = found.end - 1;
    }
    return { quantities: measured, bareUnits };
  };
}

function measure(
  tokens: readonly Token[],
  index: number,
  numberAt: NumberReader,
  units: UnitTables,
): Measured | undefined {
  const number = numberAt(tokens, index);
  if (number === undefined) return undefined;
  const end = index + number.length;
  const behind = units.behindNumber.at(tokens, end);
  const before = index > 0 ? units.beforeNumber.at(tokens, index - 1) : undefined;
  const unit = behind?.value ?? before?.value;
  const { value, spellings, weak, isOrdinal } = number;
  const found = { isYear: false, numbers: spellings, value, end: end + (behind?.length ?? 0) };
  if (unit === undefined) {
    return { ...found, isOrdinal: isOrdinal && value > 1, amount: undefined, weak, unit };
  }
  return { ...found, isOrdinal: false, amount: amountOf(unit, value), weak: false, unit };
}

/** `an hour`. */
function articleUnit(
  tokens: readonly Token[],
  index: number,
  articles: ReadonlySet<string>,
  units: UnitTables,
): Measured | undefined {
  if (!articles.has(tokens[index]?.word ?? "")) return undefined;
  const found = units.bare.at(tokens, index + 1);
  if (found === undefined) return undefined;
  const unit = found.value;
  const end = index + 1 + found.length;
  const amount = amountOf(unit, 1);
  return {
    numbers: ["1"],
    amount,
    weak: true,
    isYear: false,
    isOrdinal: false,
    value: 1,
    unit,
    end,
  };
}

/** Adds a quantity; `1 hour 30 minutes` is one. */
function addMeasured(measured: Measured[], next: Measured, between: readonly string[]): void {
  const last = measured.at(-1);
  const sum = last === undefined || between.length > 0 ? undefined : addUp(last, next);
  if (sum === undefined) measured.push(next);
  else measured[measured.length - 1] = sum;
}

function addUp(last: Measured, next: Measured): Measured | undefined {
  const [large, small] = [last.unit, next.unit];
  if (large === undefined || small === undefined) return undefined;
  if (large.dimension !== small.dimension || small.factor >= large.factor) return undefined;
  const value = last.value * (large.factor / small.factor) + next.value;
  const amount = amountOf(small, value);
  return { ...next, numbers: [amount], amount, value };
}

function amountOf(unit: Unit, value: number): string {
  return `${unit.dimension}:${Number((value * unit.factor).toPrecision(9))}`;
}
