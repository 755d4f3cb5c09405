import type { Token } from "./tokens.ts";

/** What a question says of a date; what it leaves open is missing. Numbers as in a calendar. */
export interface DateParts {
  readonly year?: number;
  readonly month?: number;
  readonly day?: number;
  readonly weekday?: number;
  readonly quarter?: number;
  readonly decade?: number;
  /** Minutes since midnight. */
  readonly time?: number;
  /** Day and month whose order is open: `3/4`. */
  readonly dayAndMonth?: string;
  /** Which family of relative dates. */
  readonly relative?: number;
}

export interface PartsAt {
  readonly parts: DateParts;
  /** Tokens that they take. */
  readonly length: number;
}

/** Reads what begins at a token. */
export type PartReader = (tokens: readonly Token[], index: number) => PartsAt | undefined;
