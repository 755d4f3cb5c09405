import OpenAI from "openai";
import { runWithin } from "../operations/with-deadline.ts";
import { callServer } from "./call-server.ts";
import { createBatchedEmbed, type BatchCall } from "./embed-in-batches.ts";
import { readEmbeddings } from "./embedding-reply.ts";
import { createPause } from "./pause-after-silence.ts";
import { toModelError, type ServerSettings } from "./provider-errors.ts";
import { createServerTraits, type ServerTraits, type Wish } from "./server-traits.ts";
import type { EmbedOptions, Embedder, EmbeddingResult } from "./types.ts";
import { createUpstreamFetch } from "./upstream-fetch.ts";

/** Dimensions of OpenAI's own models. Those of other servers are measured at start, whatever the name. */
const DIMENSIONS: Readonly<Record<string, number>> = {
  "text-embedding-3-small": 1536,
  "text-embedding-3-large": 3072,
  "text-embedding-ada-002": 1536,
};
/** Texts per call. OpenAI accepts 2,048 texts and 300,000 tokens. */
const MAX_BATCH = 256;
/** Retries. A question's vector is in a request's path, so it gets only one. */
const RETRIES = { documents: 3, question: 1 };
/** Estimated characters per token if the server reports no usage. */
const CHARACTERS_A_TOKEN = 4;

const SETTINGS: ServerSettings = {
  model: "EMBEDDING_MODEL",
  key: "OPENAI_API_KEY",
  address: "OPENAI_BASE_URL",
};

/** Settings of an embeddings server. */
export interface OpenAiEmbedderSettings {
  readonly model: string;
  readonly apiKey?: string | undefined;
  readonly baseUrl?: string | undefined;
  /** Maximum duration of a call, in milliseconds. */
  readonly timeoutMs: number;
  /** Maximum texts per call. Default 256. Smaller limits of a server are detected. */
  readonly maxBatch?: number | undefined;
  /** Called once for each thing that the server does not accept. */
  readonly onNotice?: ((message: string, details: Record<string, string>) => void) | undefined;
}

interface Server {
  readonly client: OpenAI;
  readonly settings: OpenAiEmbedderSettings;
  readonly traits: ServerTraits;
  /** Undefined until measured. */
  readonly dimensions: number | undefined;
}

/**
 * Embeddings of OpenAI or a compatible server. Uses the `openai` client directly: LangChain's class drops the
 * billed tokens and does not check the response.
 *
 * @throws RepriseError if the vector size cannot be measured
 */
export async function createOpenAiEmbedder(settings: OpenAiEmbedderSettings): Promise<Embedder> {
  const { model, baseUrl, onNotice = () => {} } = settings;
  const notice = (message: string) => (value: string) => onNotice(message, { model, value });
  const client = openClient(settings);
  const traits = createServerTraits(notice("the embeddings server rejects a field"));
  const batches = createBatchedEmbed(
    settings.maxBatch ?? MAX_BATCH,
    notice("the embeddings server rejects large requests; smaller ones are sent from now on"),
  );
  const unmeasured: Server = { client, settings, traits, dimensions: undefined };
  const known = baseUrl === undefined ? DIMENSIONS[model] : undefined;
  const dimensions = known ?? (await measure(unmeasured));
  const server: Server = { ...unmeasured, dimensions };
  const pause = createPause();
  return {
    id: `openai:${model}:${dimensions}`,
    model,
    dimensions,
    embed(texts, options = {}) {
      const work = () =>
        batches(texts, (batch, { isProbe }) => embedBatch(server, batch, { ...options, isProbe }));
      return options.waitMs === undefined
        ? tell(work(), options)
        : pause(() => tell(work(), options));
    },
    async close() {},
  };
}

function openClient({ apiKey, baseUrl, timeoutMs }: OpenAiEmbedderSettings): OpenAI {
  return new OpenAI({
    // The client requires a key, also for servers without one.
    apiKey: apiKey ?? "none",
    timeout: timeoutMs,
    maxRetries: 0,
    fetch: createUpstreamFetch(),
    logLevel: "off",
    ...(baseUrl !== undefined && { baseURL: baseUrl }),
  });
}

async function measure(server: Server): Promise<number> {
  const { vectors } = await tell(embedBatch(server, ["size"], {}), {});
  return vectors[0]?.length ?? 0;
}

async function tell(work: Promise<EmbeddingResult>, { signal }: EmbedOptions) {
  try {
    return await work;
  } catch (error) {
    signal?.throwIfAborted();
    throw toModelError(error, { settings: SETTINGS });
  }
}

async function embedBatch(
  { client, settings, traits, dimensions }: Server,
  texts: readonly string[],
  { signal, waitMs, isProbe = false }: EmbedOptions & Partial<BatchCall>,
): Promise<EmbeddingResult> {
  const { model, timeoutMs, baseUrl } = settings;
  const request: EmbeddingRequest = {
    model,
    // OpenAI refuses an empty text, but accepts a space.
    input: texts.map((text) => (text === "" ? " " : text)),
    // All servers support floats. OpenAI also supports base64, which is shorter.
    encoding_format: baseUrl === undefined ? "base64" : "float",
  };
  const retries = waitMs === undefined ? RETRIES.documents : RETRIES.question;
  const body = await runWithin(waitMs ?? timeoutMs, signal, (signal) =>
    callServer({
      request,
      traits,
      wishesOf,
      without,
      // The client's own method would request base64 by default.
      send: (body) => client.post<unknown>("/embeddings", { body, signal }),
      maxRetries: isProbe ? 0 : retries,
      signal,
    }),
  );
  const { vectors, tokens } = readEmbeddings(body, { texts: texts.length, dimensions });
  const counted = Math.ceil(texts.join(" ").length / CHARACTERS_A_TOKEN);
  return { vectors, tokens: tokens ?? counted, estimated: tokens === undefined };
}

interface EmbeddingRequest {
  readonly model: string;
  readonly input: readonly string[];
  readonly encoding_format?: "float" | "base64";
}

function wishesOf({ encoding_format: format }: EmbeddingRequest): Wish[] {
  return format === undefined ? [] : ["encoding_format"];
}

function without(request: EmbeddingRequest, refused: ReadonlySet<Wish>): EmbeddingRequest {
  if (!refused.has("encoding_format")) return request;
  const { model, input } = request;
  return { model, input };
}
