import type { AIMessageChunk, BaseMessage } from "@langchain/core/messages";
import type { RunnableInterface } from "@langchain/core/runnables";
import type { ServerSettings } from "./provider-errors.ts";
import type { ThinkingHabit } from "./thinking-state.ts";

/** What every port call accepts to be given up early. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

/** What embedding accepts beside. */
export interface EmbedOptions extends CallOptions {
  /**
   * In whose name. What was embedded for one tenant is remembered for that tenant alone, so that nobody
   * learns from usage, cost or time what another asked; without one nothing is remembered.
   */
  readonly tenant?: string | undefined;
}

/** Vectors and what they cost to make. */
export interface EmbeddingResult {
  /** One L2-normalised vector per text, in the order asked. */
  readonly vectors: readonly Float32Array[];
  /** Tokens billed for all texts together; 0 where nothing is billed. */
  readonly tokens: number;
  /** True when the server told no tokens and they were counted here. */
  readonly estimated?: boolean | undefined;
  /** True when a text was longer than the model takes: its vector is that of its beginning. */
  readonly isCut?: boolean | undefined;
}

/** What embedding accepts. */
export interface EmbedOptions extends CallOptions {
  /** Someone waits for it: longest time it may take, in milliseconds. */
  readonly waitMs?: number | undefined;
}

/**
 * Turns text into vectors whose dot product is their cosine similarity.
 * Throws `model_failed` (502), `model_timed_out` (504) or another code of models when its backend does.
 */
export interface Embedder {
  /** Model id with its version; vectors of different ids are never compared. */
  readonly id: string;
  /** The model's name in the price list. */
  readonly model: string;
  readonly dimensions: number;
  embed(texts: readonly string[], options?: EmbedOptions): Promise<EmbeddingResult>;
  /** Says that this text may be wanted soon; for embedders that can fetch its vector meanwhile. */
  prefetch?(text: string, tenant: string): void;
  close(): Promise<void>;
}

/** Sampling that a client asked for; what is left out is the provider's default. */
export interface Sampling {
  readonly temperature?: number | undefined;
  readonly topP?: number | undefined;
  /** Longest answer, in tokens. */
  readonly maxTokens?: number | undefined;
}

/** Fields of one call that a client gives, in OpenAI's names: `tools`, `stop`, `seed` and the like. */
export type ModelFields = Readonly<Record<string, unknown>>;

/** A function that the model asks the client to call. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** JSON, as the model wrote it. */
  readonly arguments: string;
}

/** A model, ready for one call. */
export type ModelRunnable = RunnableInterface<BaseMessage[], AIMessageChunk>;

/** Makes a model with this sampling and these fields. */
export type MakeModel = (
  sampling: Sampling,
  fields?: ModelFields,
) => Promise<ModelRunnable> | ModelRunnable;

/** A LangChain chat model with what the cache and the bill must know of it. */
export interface ChatModel {
  /** The model's name as asked for and priced, such as `gpt-4o-mini`. */
  readonly id: string;
  /** The provider: part of the answer's scope. */
  readonly fingerprint: string;
  /** False for `offline-extractive`, which only repeats passages and cannot rewrite a question. */
  readonly canRewrite: boolean;
  /** Longest time one answer may take, in milliseconds. */
  readonly timeoutMs: number;
  /** The settings that name its server, for what failures advise; default: those of the chat model. */
  readonly settings?: ServerSettings | undefined;
  /** How its thinking comes, as far as it was seen; written to. */
  readonly thinking?: ThinkingHabit | undefined;
  /** Told of a word for the end of a text that is not known. */
  readonly onUnknownEnd?: ((word: string) => void) | undefined;
  /**
   * Whether it can be given a field of a client, by its name in OpenAI's API; `messages` stands for images,
   * files, tool calls and their results. Default: all of them.
   */
  readonly takes?: ((field: string) => boolean) | undefined;
  /** The model that samples so and is given these fields; the offline one takes no notice. */
  withSampling(sampling: Sampling, fields?: ModelFields): Promise<ModelRunnable> | ModelRunnable;
}

/** Counts tokens where the provider sends no usage. */
export interface TokenCounter {
  count(text: string): number;
  /** Tokens of a prompt of these messages, what the chat format adds to each included. */
  countPrompt(messages: readonly string[]): number;
}

/** How to reach a model. */
export interface ChatModelSettings {
  /** `offline-extractive`, a model's name at OpenAI or `openAiBaseUrl`, or `provider:model`. */
  readonly model: string;
  /** The variable that names the model, for the problems told. Default `CHAT_MODEL`. */
  readonly variable?: "CHAT_MODEL" | "RESOLVE_MODEL" | "JUDGE_MODEL" | undefined;
  readonly openAiApiKey?: string | undefined;
  readonly openAiBaseUrl?: string | undefined;
  /** Longest time one answer may take, in milliseconds. */
  readonly timeoutMs: number;
  /** Tries after the first where the server failed, with backoff. Default 2. */
  readonly maxRetries?: number | undefined;
  /** Told of what is unusual about the server, once each. */
  readonly onNotice?: OnNotice | undefined;
}

/** A line for the log. */
export type OnNotice = (message: string, details: Readonly<Record<string, string>>) => void;
