import type { CurveRow, Evaluation, Policy } from "../api/types.ts";

/** Which of the two thresholds is looked at. */
export type Zone = "threshold" | "grey_threshold";

/** What the slider stands at; undefined: at what is in force. */
export interface Tried {
  readonly zone: Zone;
  readonly value: number | undefined;
}

/** A zone's curve with what follows from it. */
export interface Curve {
  /** From strict to loose. */
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

/** The row of a threshold; thresholds have two places. */
export function rowAt(rows: readonly CurveRow[], threshold: number): CurveRow | undefined {
  return rows.find((row) => Math.abs(row.threshold - threshold) < 0.005);
}

/** Where the slider begins: at what is in force. */
export function inForceOf(policy: Policy | undefined, zone: Zone): number {
  return Math.round((policy?.[zone] ?? 0.95) * 100) / 100;
}
