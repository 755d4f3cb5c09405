import type { GuardLanguage } from "./guard-language.ts";
import type { NumberReader } from "./number-types.ts";
import { createNumberReader } from "./read-number.ts";
import { wordAt, type Token } from "./tokens.ts";
import { createUnits, type Unit, type UnitTables } from "./unit-tables.ts";

/** A number with its unit. */
export interface Quantity {
  /** Spellings of the bare number; two quantities with a common one have the same number. */
  readonly numbers: readonly string[];
  /** Amount in the dimension's base unit: 90 minutes equal 1.5 hours. */
  readonly amount: string | undefined;
  /** A pronoun or an article rather than a number. */
  readonly weak: boolean;
  readonly isYear: boolean;
  /** `second` or higher; `first` is ambiguous. */
  readonly isOrdinal: boolean;
}

export interface Quantities {
  readonly quantities: readonly Quantity[];
  /** Units without a number: `how many miles`. */
  readonly bareUnits: readonly string[];
  /** Indexes of the tokens of numbers with joined letters: `10k`, `5kg`, `2nd`. */
  readonly taken: ReadonlySet<number>;
}

interface Measured extends Quantity {
  readonly value: number;
  readonly unit: Unit | undefined;
  readonly end: number;
}

/** Reads the quantities among the tokens that are not part of a date. */
export function createQuantityReader(
  language: GuardLanguage,
  tokenise: (text: string) => readonly Token[],
): (tokens: readonly Token[], taken: ReadonlySet<number>) => Quantities {
  const numberAt = createNumberReader(language);
  const units = createUnits(language, tokenise);
  const articles = new Set(language.numbers.articles);
  const joiners = new Set(language.numbers.joiners);
  const markers = new Set(language.numbers.unitMarkers);
  const quantityAt = (tokens: readonly Token[], index: number) =>
    measure(tokens, index, numberAt, units) ?? articleUnit(tokens, index, articles, units);
  const bareUnitAt = (tokens: readonly Token[], index: number) =>
    markers.has(wordAt(tokens, index - 1)) ? units.bare.at(tokens, index)?.value.name : undefined;
  return (tokens, taken) => {
    const measured: Measured[] = [];
    const bareUnits: string[] = [];
    const own = new Set<number>();
    for (let index = 0; index < tokens.length; index += 1) {
      if (taken.has(index)) continue;
      const found = quantityAt(tokens, index);
      if (found === undefined) {
        bareUnits.push(...[bareUnitAt(tokens, index) ?? []].flat());
        continue;
      }
      const between = tokens.slice(measured.at(-1)?.end ?? 0, index).map(({ word }) => word);
      addMeasured(
        measured,
        found,
        between.filter((word, at) => at > 0 || !joiners.has(word)),
      );
      if (found.end > index + 1) for (let at = index; at < found.end; at += 1) own.add(at);
      index = found.end - 1;
    }
    return { quantities: measured, bareUnits, taken: own };
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
  const { unit, length } = unitAround(tokens, index, end, units);
  const { value, spellings, weak, isOrdinal } = number;
  return {
    isYear: false,
    isOrdinal: isOrdinal && value > 1 && unit === undefined,
    numbers: spellings,
    amount: unit === undefined ? undefined : amountOf(unit, value),
    weak: weak && unit === undefined,
    value,
    unit,
    end: end + length,
  };
}

/** The unit of a number, and the number of its tokens after it. */
function unitAround(
  tokens: readonly Token[],
  start: number,
  end: number,
  units: UnitTables,
): { readonly unit: Unit | undefined; readonly length: number } {
  const behind = units.behindNumber.at(tokens, end);
  if (behind !== undefined) return { unit: behind.value, length: behind.length };
  // `Rs. 500`
  const place = wordAt(tokens, start - 1) === "." ? start - 2 : start - 1;
  return { unit: units.beforeNumber.at(tokens, place)?.value, length: 0 };
}

/** `an hour`. */
function articleUnit(
  tokens: readonly Token[],
  index: number,
  articles: ReadonlySet<string>,
  units: UnitTables,
): Measured | undefined {
  if (!articles.has(wordAt(tokens, index))) return undefined;
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

/** Adds a quantity; `1 hour 30 minutes` is merged into one. */
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
