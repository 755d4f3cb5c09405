import type { AIMessageChunk, BaseMessage } from "@langchain/core/messages";
import type { RunnableInterface } from "@langchain/core/runnables";
import type { ServerSettings } from "./provider-errors.ts";
import type { ThinkingHabit } from "./thinking-state.ts";

/** Options of every port call that can be cancelled. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

/** Options of an embedding call. */
export interface EmbedOptions extends CallOptions {
  /**
   * Tenant of the request. Vectors are memoised per tenant, so that usage, cost and timing reveal nothing about
   * other tenants. Undefined: nothing is memoised.
   */
  readonly tenant?: string | undefined;
}

/** Vectors and their cost. */
export interface EmbeddingResult {
  /** One L2-normalised vector per text, in input order. */
  readonly vectors: readonly Float32Array[];
  /** Tokens billed for all texts together; 0 if nothing is billed. */
  readonly tokens: number;
  /** True if the server did not report tokens and they were counted locally. */
  readonly estimated?: boolean | undefined;
  /** True if a text exceeded the model's input limit: its vector covers only the beginning. */
  readonly isCut?: boolean | undefined;
}

/** Options of an embedding call. */
export interface EmbedOptions extends CallOptions {
  /** Maximum duration in milliseconds, for a call in a request's path. */
  readonly waitMs?: number | undefined;
}

/**
 * Converts text to vectors whose dot product is their cosine similarity.
 *
 * @throws RepriseError `model_failed` (502), `model_timed_out` (504) or another model code if the backend fails
 */
export interface Embedder {
  /** Model id with its version. Vectors of different ids are never compared. */
  readonly id: string;
  /** The model's name in the price list. */
  readonly model: string;
  readonly dimensions: number;
  embed(texts: readonly string[], options?: EmbedOptions): Promise<EmbeddingResult>;
  /** Hints that this text may be embedded soon, so that its vector can be fetched in advance. */
  prefetch?(text: string, tenant: string): void;
  close(): Promise<void>;
}

/** Sampling parameters of the client. Default: the provider's. */
export interface Sampling {
  readonly temperature?: number | undefined;
  readonly topP?: number | undefined;
  /** Maximum answer length, in tokens. */
  readonly maxTokens?: number | undefined;
}

/** Request fields of the client, by their names in OpenAI's API: `tools`, `stop`, `seed` and others. */
export type ModelFields = Readonly<Record<string, unknown>>;

/** A function call that the model requests from the client. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** JSON as written by the model. */
  readonly arguments: string;
}

/** A model configured for one call. */
export type ModelRunnable = RunnableInterface<BaseMessage[], AIMessageChunk>;

/** Creates a model with this sampling and these fields. */
export type MakeModel = (
  sampling: Sampling,
  fields?: ModelFields,
) => Promise<ModelRunnable> | ModelRunnable;

/** A LangChain chat model with the metadata that cache and billing need. */
export interface ChatModel {
  /** Model name as configured and priced, such as `gpt-4o-mini`. */
  readonly id: string;
  /** The provider; part of the answer's scope. */
  readonly fingerprint: string;
  /** False for `offline-extractive`, which only quotes passages and cannot rewrite a question. */
  readonly canRewrite: boolean;
  /** Maximum duration of one answer, in milliseconds. */
  readonly timeoutMs: number;
  /** Settings that name the server, for error messages. Default: those of the chat model. */
  readonly settings?: ServerSettings | undefined;
  /** How the model marks its thinking, as observed so far. Mutable. */
  readonly thinking?: ThinkingHabit | undefined;
  /** Called with each unknown finish reason. */
  readonly onUnknownEnd?: ((word: string) => void) | undefined;
  /**
   * Whether the model supports a client's field, by its name in OpenAI's API. `messages` means images, files,
   * tool calls and their results. Default: all fields.
   */
  readonly takes?: ((field: string) => boolean) | undefined;
  /** Returns the model with this sampling and these fields. The offline model ignores them. */
  withSampling(sampling: Sampling, fields?: ModelFields): Promise<ModelRunnable> | ModelRunnable;
}

/** Counts tokens if the provider reports no usage. */
export interface TokenCounter {
  count(text: string): number;
  /** Tokens of a prompt of these messages, including the chat format's overhead. */
  countPrompt(messages: readonly string[]): number;
}

/** Settings of a chat model. */
export interface ChatModelSettings {
  /** `offline-extractive`, a model name of OpenAI or of `openAiBaseUrl`, or `provider:model`. */
  readonly model: string;
  /** Environment variable that names the model, for error messages. Default `CHAT_MODEL`. */
  readonly variable?: "CHAT_MODEL" | "RESOLVE_MODEL" | "JUDGE_MODEL" | undefined;
  readonly openAiApiKey?: string | undefined;
  readonly openAiBaseUrl?: string | undefined;
  /** Maximum duration of one answer, in milliseconds. */
  readonly timeoutMs: number;
  /** Retries after a server failure, with backoff. Default 2. */
  readonly maxRetries?: number | undefined;
  /** Folder of the builtin embedding model, whose words the offline model knows; undefined: none. */
  readonly builtinModelDir?: string | undefined;
  /** Called once for each unusual behaviour of the server. */
  readonly onNotice?: OnNotice | undefined;
}

/** Receives a log line. */
export type OnNotice = (message: string, details: Readonly<Record<string, string>>) => void;
