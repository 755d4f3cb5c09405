import { z } from "zod";
import type { Embedder } from "./types.ts";

const PACKAGE = "@huggingface/transformers";
const BATCH = 32;

type Extract = (texts: string[], options: object) => Promise<{ tolist(): unknown }>;

const isFunction = (value: unknown) => typeof value === "function";
const isObject = (value: unknown) => typeof value === "object" && value !== null;
const transformers = z.object({
  // Settings are written into the library's own object; a schema of its fields would give a copy.
  env: z.custom<object>(isObject),
  pipeline:
    z.custom<(task: string, model: string, options: object) => Promise<Extract>>(isFunction),
});
const matrix = z.array(z.array(z.number()));

/**
 * A sentence transformer that runs here (all-MiniLM-L6-v2 unless another is named), by
 * `@huggingface/transformers`, which is installed only where it is wanted.
 *
 * @param modelsDir folder of models as `Xenova/all-MiniLM-L6-v2/onnx/…`; without it they come from the hub
 * @throws Error that says what to install, or which model could not be loaded
 */
export async function createLocalEmbedder({
  model = "Xenova/all-MiniLM-L6-v2",
  modelsDir,
}: {
  model?: string | undefined;
  modelsDir?: string | undefined;
}): Promise<Embedder> {
  const { env, pipeline } = await loadTransformers();
  if (modelsDir !== undefined)
    Object.assign(env, { localModelPath: modelsDir, allowRemoteModels: false });
  const extract = await pipeline("feature-extraction", model, { dtype: "q8" }).catch(
    (cause: unknown) => {
      const where = modelsDir === undefined ? "from the hub" : `out of MODELS_DIR (${modelsDir})`;
      throw new Error(`EMBEDDINGS: the local model ${model} could not be loaded ${where}`, {
        cause,
      });
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

async function loadTransformers() {
  try {
    // Not a plain import: neither types nor packages of it are there by default.
    return transformers.parse(await import(PACKAGE));
  } catch (cause) {
    throw new Error(
      `EMBEDDINGS: local needs a package that is not installed: npm install ${PACKAGE} ` +
        "(with ONNXRUNTIME_NODE_INSTALL_CUDA=skip where no GPU libraries are wanted)",
      { cause },
    );
  }
}
