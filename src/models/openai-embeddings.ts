import { setTimeout as sleep } from "node:timers/promises";
import OpenAI from "openai";
import { runWithin } from "../operations/with-deadline.ts";
import { callServer } from "./call-server.ts";
import { createBatchedEmbed, type BatchCall } from "./embed-in-batches.ts";
import { readEmbeddings } from "./embedding-reply.ts";
import { createPause } from "./pause-after-silence.ts";
import { toModelError, type ServerSettings } from "./provider-errors.ts";
import { TEXT_LIST, createServerTraits, type ServerTraits, type Wish } from "./server-traits.ts";
import type { EmbedOptions, Embedder, EmbeddingResult } from "./types.ts";
import { isOutOfQuota, readUpstream } from "./upstream-error.ts";
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
/** How long documents and the start wait for a server that is busy or loads its model, in milliseconds. */
const BUSY_WAIT = { documents: 20_000, start: 60_000 };
/** Pause if such a server does not say when to try again, in seconds. */
const BUSY_PAUSE_SECONDS = 2;
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
  /** How long the start waits for a busy server, in milliseconds. Default 60,000. */
  readonly startWaitMs?: number | undefined;
  /** Called once for each thing that the server does not accept, and for each pause at start. */
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
      const patience = { waitMs: BUSY_WAIT.documents, signal: options.signal };
      const work = () =>
        batches(texts, (batch, { isProbe }) => {
          const once = () => embedBatch(server, batch, { ...options, isProbe });
          return options.waitMs === undefined ? untilReady(once, patience) : once();
        });
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
  const { startWaitMs = BUSY_WAIT.start, model, onNotice = () => {} } = server.settings;
  const work = untilReady(() => embedBatch(server, ["size"], {}), {
    waitMs: startWaitMs,
    onPause: (seconds) =>
      onNotice("the embeddings server is busy or loads its model", {
        model,
        value: `${seconds} s`,
      }),
  });
  const { vectors } = await tell(work, {});
  return vectors[0]?.length ?? 0;
}

interface Patience {
  /** All pauses together, in milliseconds. */
  readonly waitMs: number;
  readonly onPause?: (seconds: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Repeats the work while the server is busy (429, 503), as long as its `Retry-After` fits the time. */
async function untilReady<Value>(
  work: () => Promise<Value>,
  { waitMs, onPause, signal }: Patience,
): Promise<Value> {
  for (let leftMs = waitMs; ;) {
    try {
      return await work();
    } catch (error) {
      const problem = readUpstream(error);
      const seconds = problem.retryAfterSeconds ?? BUSY_PAUSE_SECONDS;
      leftMs -= seconds * 1_000;
      if (!BUSY.has(problem.status ?? 0) || isOutOfQuota(problem) || leftMs < 0) throw error;
      onPause?.(seconds);
      await sleep(seconds * 1_000, undefined, { signal });
    }
  }
}

const BUSY = new Set([429, 503, 529]);

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
  if (texts.length > 1 && traits.refused.has(TEXT_LIST)) throw ONE_TEXT_ONLY;
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

/** As a server's own refusal of the size: the batch is then halved. */
const ONE_TEXT_ONLY = Object.assign(new Error("the batch size is 1"), { status: 413 });

interface EmbeddingRequest {
  readonly model: string;
  readonly input: string | readonly string[];
  readonly encoding_format?: "float" | "base64";
}

function wishesOf({ encoding_format: format, input }: EmbeddingRequest): Wish[] {
  const ofFormat = format === undefined ? [] : ["encoding_format"];
  return typeof input !== "string" && input.length === 1 ? [...ofFormat, TEXT_LIST] : ofFormat;
}

function without(request: EmbeddingRequest, refused: ReadonlySet<Wish>): EmbeddingRequest {
  const { model, input, encoding_format: format } = request;
  const isList = typeof input !== "string" && !refused.has(TEXT_LIST);
  return {
    model,
    input: isList ? input : [input].flat().join(" "),
    ...(format !== undefined && !refused.has("encoding_format") && { encoding_format: format }),
  };
}
