import { createEmbedder } from "../../src/compose/embedder.ts";
import { loadCalibration } from "../../src/cache/calibration.ts";
import type { Thresholds } from "../../src/cache/verdict.ts";
import type { Config } from "../../src/config.ts";
import type { Embedder } from "../../src/models/types.ts";
import { openService, type EvaluatedService, type ServiceOptions } from "./service.ts";
import { embedderOf, openVectors, type Vectors } from "./vectors.ts";

/** The measured system: the service with these settings, and the vectors of the run. */
export interface System {
  readonly embedder: Embedder;
  readonly vectors: Vectors;
  readonly config: Config;
  /** Opens a new service with empty stores. */
  openService(options?: Omit<ServiceOptions, "config" | "embedder">): Promise<EvaluatedService>;
}

/** Options of a system. */
export interface SystemOptions {
  readonly embedder: Embedder;
  readonly cacheFile?: string | undefined;
  /** Called after each batch of texts. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Opens a system. Embeds each text once. */
export async function openSystem(config: Config, options: SystemOptions): Promise<System> {
  const vectors = await openVectors(options);
  const embedder = embedderOf(vectors, options.embedder);
  return {
    embedder,
    vectors,
    config,
    openService: (asked = {}) => openService({ config, embedder, ...asked }),
  };
}

/** The configured embedder. Rejects if it is unavailable. */
export function openEmbedder(config: Config): Promise<Embedder> {
  if (config.embeddings.kind === "openai") {
    throw new Error("--embeddings must be builtin or local.");
  }
  return createEmbedder(config);
}

/** The service's thresholds with these settings. */
export async function thresholdsOf(config: Config, embedderId: string): Promise<Thresholds> {
  const calibration = await loadCalibration(config.calibrationFile);
  return {
    serve: config.cache.threshold,
    grey: config.cache.greyThreshold ?? calibration.greyThresholdOf(embedderId),
  };
}
