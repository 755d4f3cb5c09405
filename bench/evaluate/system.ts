import { loadCalibration } from "../../src/cache/calibration.ts";
import { createGuards } from "../../src/cache/guards/guards.ts";
import { loadGuardLanguage } from "../../src/cache/guards/load-guards.ts";
import type { CompareQuestions } from "../../src/cache/guards/types.ts";
import type { Thresholds } from "../../src/cache/verdict.ts";
import { loadLexicons } from "../../src/chat/follow-up/lexicon.ts";
import type { Config } from "../../src/config.ts";
import type { FusionOptions } from "../../src/knowledge/retrieve.ts";
import { createBuiltinEmbeddings } from "../../src/models/builtin-embeddings.ts";
import { createLocalEmbedder } from "../../src/models/local-embeddings.ts";
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

async function openEmbedder({ embeddings, builtinModelDir }: Config): Promise<Embedder> {
  const { kind, model, modelsDir } = embeddings;
  switch (kind) {
    case "builtin":
      return createBuiltinEmbeddings({ folder: builtinModelDir });
    case "local":
      return createLocalEmbedder({ model, modelsDir });
    case "openai":
      throw new Error("--embeddings: only builtin and local are evaluated");
  }
}
