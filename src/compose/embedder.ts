import type { Config } from "../config.ts";
import { RepriseError, unusableSetting } from "../errors.ts";
import type { OnNotice } from "../models/chat-model.ts";
import { createBuiltinEmbeddings } from "../models/builtin-embeddings.ts";
import { createLocalEmbedder } from "../models/local-embeddings.ts";
import type { Embedder } from "../models/types.ts";
import { oncePer } from "../operations/remember.ts";

const OPENAI_MODEL = "text-embedding-3-small";

const openBuiltin = oncePer((folder) => createBuiltinEmbeddings({ folder }));

/**
 * The embedder of the settings.
 *
 * @throws ConfigError when what they name cannot be used
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
      // The client takes a while to load: a start with built-in embeddings does without.
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

/** A failure of the embeddings' server at start as the problem of its settings; any other as it is. */
export function asEmbeddingsProblem(error: unknown, { embeddings, chat }: Config): unknown {
  const isModels = error instanceof RepriseError && error.code.startsWith("model_");
  if (!isModels || embeddings.kind !== "openai") return error;
  const server = chat.openAiBaseUrl ?? "OpenAI";
  const what = `${embeddings.model ?? OPENAI_MODEL} at ${server} (OPENAI_BASE_URL) gives no embeddings, EMBEDDINGS=builtin needs no server`;
  return unusableSetting("EMBEDDINGS", what, error.cause ?? error);
}
