import type { Token } from "./tokens.ts";

/** The parts of a date that a question states; others are missing. Numbers as in a calendar. */
export interface DateParts {
  readonly year?: number;
  readonly month?: number;
  readonly day?: number;
  readonly weekday?: number;
  readonly quarter?: number;
  readonly decade?: number;
  /** Minutes since midnight. */
  readonly time?: number;
  /** Ambiguous day and month: `3/4`. */
  readonly dayAndMonth?: string;
  /** Index of the family of relative dates. */
  readonly relative?: number;
}

export interface PartsAt {
  readonly parts: DateParts;
  /** Number of tokens. */
  readonly length: number;
}

/** Reads a part that begins at a token. */
export type PartReader = (tokens: readonly Token[], index: number) => PartsAt | undefined;
