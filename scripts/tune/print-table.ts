import type { Calibration, ThresholdRow } from "../../src/tuning/calibrate.ts";

/** Thresholds shown: every second hundredth, and the recommended one. */
const SHOWN_STEP = 2;

/** The calibration as a table for the terminal. */
export function renderTable(
  { rows, recommended }: Calibration,
  labels: number,
  name = "threshold",
): string {
  const shown = rows.filter(
    ({ threshold }) =>
      Math.round(threshold * 100) % SHOWN_STEP === 0 ||
      threshold === recommended ||
      threshold === 0.95,
  );
  const heads = [name, "hits", "of all", "wrong", "share", "bound (95 %)"];
  const cells = shown.map((row) => [...renderRow(row, labels), row.threshold === recommended]);
  const lines = cells.map((row) => {
    const isRecommended = row.at(-1) === true;
    return `${row.slice(0, -1).map(pad).join("")}${isRecommended ? "  <- recommended" : ""}`;
  });
  return [heads.map(pad).join(""), ...lines].join("\n");
}

function renderRow(row: ThresholdRow, labels: number): string[] {
  const share = row.hits === 0 ? "-" : percent(row.wrongHits / row.hits);
  return [
    row.threshold.toFixed(2),
    String(row.hits),
    percent(row.hits / Math.max(1, labels)),
    String(row.wrongHits),
    share,
    row.hits === 0 ? "-" : percent(row.upperBound),
  ];
}

/** What to do about it, in a sentence or two. */
export function renderAdvice(
  { rows, recommended, insufficientData }: Calibration,
  target: number,
): string {
  const promise = `at most ${percent(target)} of the served answers wrong, with 95 % confidence`;
  if (recommended !== null) {
    const hits = (threshold: number) => rows.find((row) => row.threshold === threshold)?.hits ?? 0;
    return `Recommended: CACHE_THRESHOLD=${recommended.toFixed(2)} (${promise}): ${hits(recommended)} hits, at 0.95 it would be ${hits(0.95)}.`;
  }
  const needed = insufficientData?.labelsNeeded ?? null;
  if (insufficientData?.reason === "too-many-wrong" || needed === null) {
    return `No threshold is recommended (${promise}): wrong answers are too frequent already at the strictest thresholds that can be judged. More labels would not help; guards, better documents or a better embedder may.`;
  }
  return `Not enough labels (${promise}): about ${needed} more would-be hits must be labelled, if they are as good as these. Until then stay at 0.95.`;
}

/** The same of a judge's cut-off. */
export function renderCutOff(
  { rows, recommended, insufficientData }: Calibration,
  target: number,
): string {
  const promise = `at most ${percent(target)} of its yeses wrong, with 95 % confidence`;
  if (recommended !== null) {
    const hits = rows.find(({ threshold }) => threshold === recommended)?.hits ?? 0;
    return `Recommended: JUDGE_MIN_PROBABILITY=${recommended.toFixed(2)} (${promise}): ${hits} more hits.`;
  }
  const needed = insufficientData?.labelsNeeded ?? null;
  if (insufficientData?.reason === "too-many-wrong" || needed === null) {
    return `No cut-off is recommended (${promise}): it is wrong too often where it is most sure. More labels would not help; another judge may.`;
  }
  return `Not enough labels (${promise}): about ${needed} more pairs that it says yes to must be labelled, if they are as good as these.`;
}

/** A share of one as a percentage. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.1 ? 2 : 1)} %`;
}

function pad(cell: string | boolean): string {
  return String(cell).padStart(14);
}
