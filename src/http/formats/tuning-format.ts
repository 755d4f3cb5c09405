import type { z } from "zod";
import type { CachePolicy } from "../../cache/policy.ts";
import type { Thresholds } from "../../cache/verdict.ts";
import type { Calibration, InsufficientData } from "../../tuning/calibrate.ts";
import type { TrafficCalibration } from "../../tuning/calibrate-traffic.ts";
import { CONFIDENCE } from "../../tuning/clopper-pearson.ts";
import type { LogEvaluation, LogWarning } from "../../tuning/evaluate-lookups.ts";
import type { LogReplay } from "../../tuning/replay-log.ts";
import type { ReplayFigures } from "../../tuning/replay.ts";
import type { Saving } from "../../tuning/types.ts";
import { formatNanoUsd } from "../../usage/prices.ts";
import type { evaluationSchema, replaySchema } from "../schemas/tuning-schemas.ts";

type EvaluationBody = z.input<typeof evaluationSchema>;

/** A calibration over labelled pairs, with the API's field names. */
export function toEvaluationBody(
  { rows, recommended, insufficientData }: Calibration,
  about: { embedder: string; target: number; labels: number },
): EvaluationBody {
  return {
    ...aboutBody(about),
    labels: about.labels,
    thresholds: rows.map(({ threshold, hits, wrongHits, upperBound, saved }) => ({
      threshold,
      hits,
      hit_rate: shareOf(hits, about.labels),
      labelled_hits: hits,
      wrong_hits: wrongHits,
      unlabelled_hits: 0,
      upper_bound: upperBound,
      saved: toSavingBody(saved),
    })),
    recommended,
    insufficient_data: toMissingBody(insufficientData),
  };
}

/** A calibration over the log. */
export function toLogEvaluationBody(
  evaluation: LogEvaluation,
  about: { embedder: string; target: number; thresholds: Thresholds },
): EvaluationBody {
  const { lookups, labels, serve, grey } = evaluation;
  return {
    ...aboutBody(about),
    labels,
    ...toCurves(serve, lookups),
    lookups,
    days: evaluation.days,
    exact_hits: evaluation.exactHits,
    in_force: { threshold: about.thresholds.serve, grey_threshold: about.thresholds.grey },
    grey: toCurves(grey, lookups),
    categories: evaluation.categories.map(({ insufficientData, ...category }) => ({
      ...category,
      insufficient_data: toMissingBody(insufficientData),
    })),
    warnings: evaluation.warnings.map(({ code, count }) => ({
      code,
      message: WARNINGS[code],
      count,
    })),
  };
}

const WARNINGS = {
  "embedder-changed":
    "lookups were made with another embedder: their similarities cannot be compared and are left out",
  "knowledge-changed":
    "labels are older than a document that their answer was made from: look at them again",
  unpriced: "lookups near answers of a model without a price: the money they spare is not counted",
} as const satisfies Record<LogWarning["code"], string>;

function aboutBody({ embedder, target }: { embedder: string; target: number }) {
  return { embedder, target_wrong_hit_rate: target, confidence: CONFIDENCE };
}

function toCurves({ rows, recommended, insufficientData }: TrafficCalibration, lookups: number) {
  return {
    thresholds: rows.map((row) => ({
      threshold: row.threshold,
      hits: row.hits,
      hit_rate: shareOf(row.hits, lookups),
      labelled_hits: row.labelledHits,
      wrong_hits: row.wrongHits,
      unlabelled_hits: row.unlabelledHits,
      upper_bound: row.upperBound,
      saved: toSavingBody(row.saved),
    })),
    recommended,
    insufficient_data: toMissingBody(insufficientData),
  };
}

function shareOf(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

/** Tokens and cost that hits save. */
function toSavingBody({ tokens, nanoUsd }: Saving) {
  return { total_tokens: tokens, usd: formatNanoUsd(nanoUsd) };
}

function toMissingBody(missing: InsufficientData | null) {
  return missing === null ? null : { reason: missing.reason, labels_needed: missing.labelsNeeded };
}

/** A replay with the API's field names. */
export function toReplayBody(run: LogReplay, policy: CachePolicy): z.input<typeof replaySchema> {
  const { first, last, logged, current, replayed, isCut } = run;
  return {
    lookups: logged.lookups,
    from: toTime(first),
    to: toTime(last),
    setting: {
      threshold: policy.threshold,
      grey_threshold: policy.greyThreshold,
      guards: policy.guards ?? {},
      evidence: policy.evidence ?? "in-doubt",
      ttl_seconds: policy.ttlSeconds,
    },
    logged: toFigures(logged),
    current: toFigures(current),
    replayed: toFigures(replayed),
    cut: isCut,
  };
}

function toTime(milliseconds: number | null): string | null {
  return milliseconds === null ? null : new Date(milliseconds).toISOString();
}

function toFigures(figures: ReplayFigures) {
  const { lookups, hits, misses, labelledHits, wrongHits, saved } = figures;
  const found = hits.exact + hits.semantic + hits.verified;
  return {
    lookups,
    hits: { ...hits },
    misses,
    hit_rate: lookups === 0 ? 0 : found / lookups,
    labelled_hits: labelledHits,
    wrong_hits: wrongHits,
    saved: { total_tokens: saved.tokens, usd: formatNanoUsd(saved.nanoUsd) },
  };
}
