import { lowerBound, upperBound } from "./clopper-pearson.ts";

/** A rate with the interval that holds the true one in 95 %. */
export interface WrongHitRate {
  readonly runs: number;
  readonly wrong: number;
  /** Null without runs. */
  readonly rate: number | null;
  readonly lower: number;
  readonly upper: number;
}

/** Of each side of the interval. */
const SIDE = 0.975;

/** The two-sided Clopper-Pearson interval at 95 %. */
export function wrongHitRate(runs: readonly { same: boolean }[]): WrongHitRate {
  const wrong = runs.filter(({ same }) => !same).length;
  const count = runs.length;
  return {
    runs: count,
    wrong,
    rate: count === 0 ? null : wrong / count,
    lower: lowerBound(wrong, count, SIDE),
    upper: upperBound(wrong, count, SIDE),
  };
}
