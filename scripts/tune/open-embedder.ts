import { join, resolve } from "node:path";
import { createBuiltinEmbeddings } from "../../src/models/builtin-embeddings.ts";
import { createLocalEmbedder } from "../../src/models/local-embeddings.ts";
import type { Embedder } from "../../src/models/types.ts";

const root = resolve(import.meta.dirname, "..", "..");

/** Data files for comparing questions. */
export const COMPARING_FILES = {
  guardsDir: join(root, "data", "guards"),
  asksDir: join(root, "data", "asks"),
  defaultLanguage: "en",
};
/** The measured calibration of each embedder. */
export const CALIBRATION_FILE = join(root, "data", "calibration.json");

/** The embedder named on the command line. */
export async function openEmbedder(kind: string): Promise<Embedder> {
  if (kind === "builtin") {
    return createBuiltinEmbeddings({ folder: join(root, "data", "models", "builtin") });
  }
  if (kind === "local") {
    return createLocalEmbedder({ model: undefined, modelsDir: process.env["MODELS_DIR"] });
  }
  throw new Error("--embeddings must be builtin or local.");
}
