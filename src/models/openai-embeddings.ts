import OpenAI from "openai";
import { toModelError } from "./provider-errors.ts";
import type { Embedder, EmbeddingResult } from "./types.ts";

/** Sizes of OpenAI's own models; another model is asked once at start. */
const DIMENSIONS: Readonly<Record<string, number>> = {
  "text-embedding-3-small": 1536,
  "text-embedding-3-large": 3072,
  "text-embedding-ada-002": 1536,
};
/** Texts in one call; OpenAI takes 2,048 and 300,000 tokens. */
const BATCH = 256;

/**
 * Embeddings of OpenAI or a server that speaks its protocol. It uses the `openai` client itself,
 * because LangChain's class drops the tokens that are billed.
 *
 * @throws RepriseError when the size of an unknown model cannot be asked for
 */
export async function createOpenAiEmbedder(settings: {
  model: string;
  apiKey?: string | undefined;
  baseUrl?: string | undefined;
  timeoutMs: number;
  maxRetries?: number | undefined;
}): Promise<Embedder> {
  const client = new OpenAI({
    apiKey: settings.apiKey ?? "none",
    timeout: settings.timeoutMs,
    maxRetries: settings.maxRetries ?? 2,
    ...(settings.baseUrl !== undefined && { baseURL: settings.baseUrl }),
  });
  const { model } = settings;
  const dimensions = DIMENSIONS[model] ?? (await measureDimensions(client, model));
  return {
    id: `openai:${model}:${dimensions}`,
    model,
    dimensions,
    async embed(texts, { signal } = {}) {
      const vectors: Float32Array[] = [];
      let tokens = 0;
      for (let start = 0; start < texts.length; start += BATCH) {
        const batch = await embedBatch(client, model, texts.slice(start, start + BATCH), signal);
        vectors.push(...batch.vectors);
        tokens += batch.tokens;
      }
      return { vectors, tokens };
    },
    async close() {},
  };
}

async function measureDimensions(client: OpenAI, model: string): Promise<number> {
  const { vectors } = await embedBatch(client, model, ["size"], undefined);
  return vectors[0]?.length ?? 0;
}

async function embedBatch(
  client: OpenAI,
  model: string,
  texts: readonly string[],
  signal: AbortSignal | undefined,
): Promise<EmbeddingResult> {
  try {
    const reply = await client.embeddings.create(
      // An empty text is refused by the service; a space is not.
      { model, input: texts.map((text) => (text === "" ? " " : text)) },
      { ...(signal !== undefined && { signal }) },
    );
    const rows = reply.data.toSorted((one, other) => one.index - other.index);
    if (rows.length !== texts.length)
      throw new Error(`${rows.length} vectors for ${texts.length} texts`);
    return {
      vectors: rows.map(({ embedding }) => normalise(Float32Array.from(embedding))),
      tokens: reply.usage.prompt_tokens,
    };
  } catch (error) {
    signal?.throwIfAborted();
    throw toModelError(error);
  }
}

/** Scaled to length 1 in place; a vector of zeros is left as it is. */
function normalise(vector: Float32Array): Float32Array {
  let sum = 0;
  for (const value of vector) sum += value * value;
  const length = Math.sqrt(sum);
  if (length > 0) for (const [index, value] of vector.entries()) vector[index] = value / length;
  return vector;
}
