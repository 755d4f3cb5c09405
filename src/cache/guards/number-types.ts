import type { Token } from "./tokens.ts";

/** A number in a question. */
export interface NumberAt {
  readonly value: number;
  /** Its spellings; numbers with a common spelling are equal. */
  readonly spellings: readonly string[];
  /** More likely a pronoun than a number. */
  readonly weak: boolean;
  readonly isOrdinal: boolean;
  /** Number of tokens. */
  readonly length: number;
}

export type NumberReader = (tokens: readonly Token[], index: number) => NumberAt | undefined;

/** Canonical spelling of a value. */
export function spellNumber(value: number): string {
  return String(Number(value.toPrecision(12)));
}
