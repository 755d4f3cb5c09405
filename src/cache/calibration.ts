import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { FusionOptions } from "../knowledge/retrieve.ts";

const similarity = z.number().min(0).max(1);

const calibrationSchema = z.object({
  embedders: z.record(
    z.string(),
    z.object({
      /** Least similarity of a verified hit where both witnesses agree. */
      grey_threshold: similarity.optional(),
      /** Share of the vector list in retrieval; the text list has the rest. */
      vector_share: similarity.optional(),
      /** What was measured, and on what. */
      measured: z.string(),
    }),
  ),
});

/** What was measured for each embedder. */
export interface Calibration {
  /** The grey zone's bound; 1, which is no grey zone, for an embedder that was not measured. */
  greyThresholdOf(embedderId: string): number;
  /** How its retrieval is fused; what was not measured is `retrieve`'s default. */
  fusionOf(embedderId: string): FusionOptions;
}

/** @throws Error when the file cannot be read or has another form */
export async function loadCalibration(file: string): Promise<Calibration> {
  const { embedders } = calibrationSchema.parse(JSON.parse(await readFile(file, "utf8")));
  return {
    greyThresholdOf: (embedderId) => embedders[embedderId]?.grey_threshold ?? 1,
    fusionOf: (embedderId) => ({ vectorShare: embedders[embedderId]?.vector_share }),
  };
}
