import { z } from "zod";
import { ConfigError, unusableSetting } from "../errors.ts";
import type { Embedder } from "./types.ts";

const PACKAGE = "@huggingface/transformers";
const BATCH = 32;

type Extract = (texts: string[], options: object) => Promise<{ tolist(): unknown }>;

const isFunction = (value: unknown) => typeof value === "function";
const isObject = (value: unknown) => typeof value === "object" && value !== null;
const transformers = z.object({
  // Settings are written into the library's own object; a schema with fields would copy it.
  env: z.custom<object>(isObject),
  pipeline:
    z.custom<(task: string, model: string, options: object) => Promise<Extract>>(isFunction),
});
const matrix = z.array(z.array(z.number()));

/**
 * Runs a sentence transformer in this process (default all-MiniLM-L6-v2), through the optional dependency
 * `@huggingface/transformers`.
 *
 * @param modelsDir folder with models as `Xenova/all-MiniLM-L6-v2/onnx/…`. Default: downloads from the hub
 * @param load imports the library. A dynamic import, because package and types may not be installed
 * @throws ConfigError with the package to install, or the model that could not be loaded
 */
export async function createLocalEmbedder(
  {
    model = "Xenova/all-MiniLM-L6-v2",
    modelsDir,
  }: { model?: string | undefined; modelsDir?: string | undefined },
  load: () => Promise<unknown> = () => import(PACKAGE),
): Promise<Embedder> {
  const { env, pipeline } = await loadTransformers(load);
  if (modelsDir !== undefined)
    Object.assign(env, { localModelPath: modelsDir, allowRemoteModels: false });
  const extract = await pipeline("feature-extraction", model, { dtype: "q8" }).catch(
    (cause: unknown) => {
      const where = modelsDir === undefined ? "from the hub" : `out of MODELS_DIR (${modelsDir})`;
      throw unusableSetting(
        "EMBEDDINGS",
        `the local model ${model} cannot be loaded ${where}`,
        cause,
      );
    },
  );
  const embedBatch = async (texts: readonly string[]) => {
    const tensor = await extract([...texts], { pooling: "mean", normalize: true });
    return matrix.parse(tensor.tolist()).map((row) => Float32Array.from(row));
  };
  const [probe] = await embedBatch(["size"]);
  return {
    id: `local:${model}`,
    model: "local",
    dimensions: probe?.length ?? 0,
    async embed(texts, { signal } = {}) {
      const vectors: Float32Array[] = [];
      for (let start = 0; start < texts.length; start += BATCH) {
        signal?.throwIfAborted();
        vectors.push(...(await embedBatch(texts.slice(start, start + BATCH))));
      }
      return { vectors, tokens: 0 };
    },
    async close() {},
  };
}

async function loadTransformers(load: () => Promise<unknown>) {
  try {
    return transformers.parse(await load());
  } catch (cause) {
    if (!isMissing(cause))
      throw unusableSetting("EMBEDDINGS", `${PACKAGE} could not be loaded`, cause);
    const install = `ONNXRUNTIME_NODE_INSTALL_CUDA=skip npm install ${PACKAGE}`;
    const text = `local needs a package: npm install ${PACKAGE}`;
    throw new ConfigError([`EMBEDDINGS: ${text} (without GPU libraries: ${install})`], { cause });
  }
}

/** Whether the package itself is missing, not one of its dependencies. */
function isMissing(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith(`Cannot find package '${PACKAGE}'`);
}
