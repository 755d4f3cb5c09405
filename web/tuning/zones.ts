import type { CurveRow, Evaluation, Policy } from "../api/types.ts";

/** One of the two thresholds. */
export type Zone = "threshold" | "grey_threshold";

/** The value of the slider; undefined means the current threshold. */
export interface Tried {
  readonly zone: Zone;
  readonly value: number | undefined;
}

/** A zone's curve with its recommendation. */
export interface Curve {
  /** From high to low thresholds. */
  readonly rows: readonly CurveRow[];
  readonly recommended: number | null;
  readonly insufficient: Evaluation["insufficient_data"];
}

export function curveOf(evaluation: Evaluation, zone: Zone): Curve {
  const {
    thresholds,
    recommended,
    insufficient_data: insufficient,
  } = zone === "grey_threshold" && evaluation.grey !== undefined ? evaluation.grey : evaluation;
  return { rows: thresholds, recommended, insufficient };
}

/** The row of a threshold; thresholds have two decimal places. */
export function rowAt(rows: readonly CurveRow[], threshold: number): CurveRow | undefined {
  return rows.find((row) => Math.abs(row.threshold - threshold) < 0.005);
}

/** The initial value of the slider: the current threshold. */
export function currentThreshold(policy: Policy | undefined, zone: Zone): number {
  return Math.round((policy?.[zone] ?? 0.95) * 100) / 100;
}
