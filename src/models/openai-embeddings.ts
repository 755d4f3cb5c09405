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

/** Sizes of OpenAI's own models; those of other servers are measured at start, whatever their name. */
const DIMENSIONS: Readonly<Record<string, number>> = {
  "text-embedding-3-small": 1536,
  "text-embedding-3-large": 3072,
  "text-embedding-ada-002": 1536,
};
/** Texts in one call; OpenAI takes 2,048 and 300,000 tokens. */
const MAX_BATCH = 256;
/** Tries after the first. Whoever waits for a question's vector has no time for more than one. */
const RETRIES = { documents: 3, question: 1 };
/** Where a server does not tell: characters that make a token. */
const CHARACTERS_A_TOKEN = 4;

const SETTINGS: ServerSettings = {
  model: "EMBEDDING_MODEL",
  key: "OPENAI_API_KEY",
  address: "OPENAI_BASE_URL",
};

/** How to reach an embeddings server. */
export interface OpenAiEmbedderSettings {
  readonly model: string;
  readonly apiKey?: string | undefined;
  readonly baseUrl?: string | undefined;
  /** Longest call, in milliseconds. */
  readonly timeoutMs: number;
  /** Most texts in one call; default 256. A server that takes fewer is noticed. */
  readonly maxBatch?: number | undefined;
  /** Told of what the server does not take, once each. */
  readonly onNotice?: ((message: string, details: Record<string, string>) => void) | undefined;
}

interface Server {
  readonly client: OpenAI;
  readonly settings: OpenAiEmbedderSettings;
  readonly traits: ServerTraits;
  /** Undefined until it was measured. */
  readonly dimensions: number | undefined;
}

/**
 * Embeddings of OpenAI or a server that speaks its protocol. It uses the `openai` client itself,
 * because LangChain's class drops the tokens that are billed, and takes what comes for what was asked.
 *
 * @throws RepriseError when the size of the vectors cannot be measured
 */
export async function createOpenAiEmbedder(settings: OpenAiEmbedderSettings): Promise<Embedder> {
  const { model, baseUrl, onNotice = () => {} } = settings;
  const notice = (message: string) => (value: string) => onNotice(message, { model, value });
  const client = openClient(settings);
  const traits = createServerTraits(notice("the embeddings server refuses a field"));
  const batches = createBatchedEmbed(
    settings.maxBatch ?? MAX_BATCH,
    notice("the embeddings server takes no more than"),
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
    // Servers that ask for no key are reached all the same.
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
    // An empty text is refused by the service; a space is not.
    input: texts.map((text) => (text === "" ? " " : text)),
    // Every server knows floats; OpenAI's own sends bytes, which are shorter.
    encoding_format: baseUrl === undefined ? "base64" : "float",
  };
  const retries = waitMs === undefined ? RETRIES.documents : RETRIES.question;
  const body = await runWithin(waitMs ?? timeoutMs, signal, (signal) =>
    callServer({
      request,
      traits,
      wishesOf,
      without,
      // The client's own method would ask for base64 where nothing is asked for.
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
