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

/** The recommendation, in a sentence or two. */
export function renderAdvice(
  { rows, recommended, insufficientData }: Calibration,
  target: number,
): string {
  const promise = `at most ${percent(target)} of the served answers wrong, with 95 % confidence`;
  if (recommended !== null) {
    const hits = (threshold: number) => rows.find((row) => row.threshold === threshold)?.hits ?? 0;
    return `Recommended: CACHE_THRESHOLD=${recommended.toFixed(2)} (${promise}): ${hits(recommended)} hits, compared with ${hits(0.95)} at 0.95.`;
  }
  const needed = insufficientData?.labelsNeeded ?? null;
  if (insufficientData?.reason === "too-many-wrong" || needed === null) {
    return `No threshold is recommended (${promise}): there are too many wrong hits even at the highest thresholds with enough hits. More labels would not help. Try guards, better documents or a better embedder.`;
  }
  return `Not enough labels (${promise}): label about ${needed} more hits, if they are as good as these. Until then keep 0.95.`;
}

/** The recommendation of a judge's cut-off. */
export function renderCutOff(
  { rows, recommended, insufficientData }: Calibration,
  target: number,
): string {
  const promise = `at most ${percent(target)} of its yes verdicts wrong, with 95 % confidence`;
  if (recommended !== null) {
    const hits = rows.find(({ threshold }) => threshold === recommended)?.hits ?? 0;
    return `Recommended: JUDGE_MIN_PROBABILITY=${recommended.toFixed(2)} (${promise}): ${hits} more hits.`;
  }
  const needed = insufficientData?.labelsNeeded ?? null;
  if (insufficientData?.reason === "too-many-wrong" || needed === null) {
    return `No cut-off is recommended (${promise}): the judge is wrong too often even at its highest probabilities. More labels would not help. Try another judge.`;
  }
  return `Not enough labels (${promise}): label about ${needed} more pairs with a yes verdict, if they are as good as these.`;
}

/** A share of one as a percentage. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.1 ? 2 : 1)} %`;
}

function pad(cell: string | boolean): string {
  return String(cell).padStart(14);
}
