import { loadCalibration } from "../../src/cache/calibration.ts";
import { createGuards } from "../../src/cache/guards/guards.ts";
import { loadGuardLanguage } from "../../src/cache/guards/load-guards.ts";
import type { CompareQuestions } from "../../src/cache/guards/types.ts";
import type { Thresholds } from "../../src/cache/verdict.ts";
import { loadLexicons } from "../../src/chat/follow-up/lexicon.ts";
import { createEmbedder } from "../../src/compose-embedder.ts";
import type { Config } from "../../src/config.ts";
import type { FusionOptions } from "../../src/knowledge/retrieve.ts";
import type { Embedder } from "../../src/models/types.ts";
import { createReadMessage, type ReadMessage } from "./shared-question.ts";
import { openVectors, type Vectors, type VectorsOptions } from "./vectors.ts";

/** The rules of Reprise that are measured, as a service with these settings has them. */
export interface System {
  readonly embedder: Embedder;
  readonly vectors: Vectors;
  readonly thresholds: Thresholds;
  readonly fusion: FusionOptions;
  readonly compareQuestions: CompareQuestions;
  readonly readMessage: ReadMessage;
}

/** Opens the parts. Rejects with the embedder's error when it cannot be had. */
export async function openSystem(
  config: Config,
  options: Omit<VectorsOptions, "embedder">,
): Promise<System> {
  const embedder = await openEmbedder(config);
  const calibration = await loadCalibration(config.calibrationFile);
  return {
    embedder,
    vectors: await openVectors({ embedder, ...options }),
    thresholds: {
      serve: config.cache.threshold,
      grey: config.cache.greyThreshold ?? calibration.greyThresholdOf(embedder.id),
    },
    fusion: calibration.fusionOf(embedder.id),
    compareQuestions: createGuards(await loadGuardLanguage(config.guardsFile)),
    readMessage: createReadMessage(await loadLexicons(config.followUpDir)),
  };
}

function openEmbedder(config: Config): Promise<Embedder> {
  if (config.embeddings.kind === "openai") {
    throw new Error("--embeddings: only builtin and local are evaluated");
  }
  return createEmbedder(config);
}
