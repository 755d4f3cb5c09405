import type { Token } from "./tokens.ts";

/** A number as it stands in a question. */
export interface NumberAt {
  readonly value: number;
  /** What it may be called; numbers that share a spelling are the same. */
  readonly spellings: readonly string[];
  /** More likely a pronoun than a number. */
  readonly weak: boolean;
  readonly isOrdinal: boolean;
  /** Tokens that it takes. */
  readonly length: number;
}

export type NumberReader = (tokens: readonly Token[], index: number) => NumberAt | undefined;

/** The one form in which a value is compared. */
export function spellNumber(value: number): string {
  return String(Number(value.toPrecision(12)));
}
