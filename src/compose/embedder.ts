import type { Config } from "../config.ts";
import { RepriseError, unusableSetting } from "../errors.ts";
import type { OnNotice } from "../models/types.ts";
import { createBuiltinEmbeddings } from "../models/builtin-embeddings.ts";
import { createLocalEmbedder } from "../models/local-embeddings.ts";
import type { Embedder } from "../models/types.ts";
import { oncePer } from "../operations/remember.ts";

const OPENAI_MODEL = "text-embedding-3-small";

const openBuiltin = oncePer((folder) => createBuiltinEmbeddings({ folder }));

/**
 * Creates the configured embedder.
 *
 * @throws ConfigError if the settings are unusable
 */
export async function createEmbedder(config: Config, onNotice?: OnNotice): Promise<Embedder> {
  const { embeddings, chat, builtinModelDir } = config;
  const { kind, model, modelsDir, maxBatch } = embeddings;
  switch (kind) {
    case "builtin":
      return openBuiltin(builtinModelDir);
    case "local":
      return createLocalEmbedder({ model, modelsDir });
    case "openai": {
      // Loaded on demand: the client takes a while to import.
      const { createOpenAiEmbedder } = await import("../models/openai-embeddings.ts");
      return createOpenAiEmbedder({
        model: model ?? OPENAI_MODEL,
        apiKey: chat.openAiApiKey,
        baseUrl: chat.openAiBaseUrl,
        timeoutMs: chat.timeoutMs,
        maxBatch,
        onNotice,
      }).catch((error: unknown) => {
        throw asEmbeddingsProblem(error, config);
      });
    }
  }
}

/** Converts a failure of the embedding server at start to a ConfigError; other errors are unchanged. */
export function asEmbeddingsProblem(error: unknown, { embeddings, chat }: Config): unknown {
  const isModels = error instanceof RepriseError && error.code.startsWith("model_");
  if (!isModels || embeddings.kind !== "openai") return error;
  const server = chat.openAiBaseUrl ?? "OpenAI";
  const what = `${embeddings.model ?? OPENAI_MODEL} at ${server} (OPENAI_BASE_URL) returned no embeddings; EMBEDDINGS=builtin needs no server`;
  return unusableSetting("EMBEDDINGS", what, error.cause ?? error);
}
