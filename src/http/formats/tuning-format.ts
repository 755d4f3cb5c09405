import type { z } from "zod";
import type { Calibration } from "../../tuning/calibrate.ts";
import { CONFIDENCE } from "../../tuning/clopper-pearson.ts";
import { formatNanoUsd } from "../../usage/money.ts";
import type { evaluationSchema } from "../schemas/tuning-schemas.ts";

/** A calibration as the surface shows it. */
export function toEvaluationBody(
  { rows, recommended, insufficientData }: Calibration,
  about: { embedder: string; target: number; labels: number },
): z.input<typeof evaluationSchema> {
  return {
    embedder: about.embedder,
    target_wrong_hit_rate: about.target,
    confidence: CONFIDENCE,
    labels: about.labels,
    thresholds: rows.map(({ threshold, hits, wrongHits, upperBound, saved }) => ({
      threshold,
      hits,
      hit_rate: about.labels === 0 ? 0 : hits / about.labels,
      wrong_hits: wrongHits,
      upper_bound: upperBound,
      saved: { total_tokens: saved.tokens, usd: formatNanoUsd(saved.nanoUsd) },
    })),
    recommended,
    insufficient_data:
      insufficientData === null
        ? null
        : { reason: insufficientData.reason, labels_needed: insufficientData.labelsNeeded },
  };
}
