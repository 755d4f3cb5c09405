import type { CostRow } from "../api/types.ts";
import { daysOf, startOf, type Range } from "./range.ts";

const HOUR_MS = 3_600_000;

/** An hour or a day of a chart. */
export interface Bucket {
  /** Start in seconds since the epoch. */
  readonly at: number;
  /** Undefined if there were no questions. */
  readonly row: CostRow | undefined;
}

/** Every hour or day of the range in order, including empty ones. */
export function toBuckets(
  rows: readonly CostRow[],
  range: Range,
  span: "hour" | "day",
): readonly Bucket[] {
  if (span === "day") {
    const found = new Map(rows.map((row) => [row.day, row]));
    return daysOf(range).map((day) => ({
      at: startOf(day).getTime() / 1000,
      row: found.get(day),
    }));
  }
  const found = new Map(rows.map((row) => [Date.parse(row.hour ?? ""), row]));
  const end = startOf(range.to);
  end.setDate(end.getDate() + 1);
  const buckets: Bucket[] = [];
  for (let at = startOf(range.from).getTime(); at < end.getTime(); at += HOUR_MS) {
    buckets.push({ at: at / 1000, row: found.get(at) });
  }
  return buckets;
}
