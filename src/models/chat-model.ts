import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { ChatOpenAI } from "@langchain/openai";
import { initChatModel } from "langchain/chat_models/universal";
import { ConfigError } from "../errors.ts";
import { readModelName, type ModelName } from "./model-name.ts";
import { OFFLINE_MODEL, OfflineModel } from "./offline-model.ts";
import type { ChatModel, Sampling, TokenCounter } from "./types.ts";

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
  /** Tries after the first on 408, 409, 429 and 5xx, with backoff. Default 2. */
  readonly maxRetries?: number | undefined;
}

/** Sampling of answers where a client asks for none: as repeatable as the provider can be. */
const DEFAULT_SAMPLING: Sampling = {};
const MAX_RETRIES = 2;

/**
 * Makes the chat model: OpenAI and what speaks its protocol through `@langchain/openai`, any other
 * provider by LangChain's `initChatModel` when its package is installed, or the offline model.
 *
 * @throws ConfigError that says what to install or to set, when another provider cannot be used
 */
export async function createChatModel(
  settings: ChatModelSettings,
  counter: TokenCounter,
): Promise<ChatModel> {
  const asked = readModelName(settings.model);
  const base = { fingerprint: asked.provider, timeoutMs: settings.timeoutMs };
  if (settings.model === OFFLINE_MODEL) {
    const offline = new OfflineModel(counter);
    return { ...base, id: OFFLINE_MODEL, canRewrite: false, withSampling: () => offline };
  }
  const make = modelMaker(asked, settings);
  const plain = await make(DEFAULT_SAMPLING);
  return {
    ...base,
    id: asked.name,
    canRewrite: true,
    async withSampling(sampling) {
      return isEmpty(sampling) ? plain : make(sampling);
    },
  };
}

type MakeModel = (sampling: Sampling) => Promise<BaseChatModel> | BaseChatModel;

function modelMaker({ provider, name }: ModelName, settings: ChatModelSettings): MakeModel {
  const maxRetries = settings.maxRetries ?? MAX_RETRIES;
  if (provider === "openai") return (sampling) => openAi(name, settings, maxRetries, sampling);
  return async (sampling) => {
    const options = { modelProvider: provider, maxRetries, ...toOptions(sampling) };
    try {
      return await initChatModel(name, options);
    } catch (error) {
      throw providerProblem({ provider, name }, error, settings.variable ?? "CHAT_MODEL");
    }
  };
}

function openAi(
  name: string,
  settings: ChatModelSettings,
  maxRetries: number,
  sampling: Sampling,
): BaseChatModel {
  return new ChatOpenAI({
    model: name,
    // Servers that ask for no key are reached all the same.
    apiKey: settings.openAiApiKey ?? "none",
    maxRetries,
    streamUsage: true,
    ...toOptions(sampling),
    ...(settings.openAiBaseUrl !== undefined && {
      configuration: { baseURL: settings.openAiBaseUrl },
    }),
  });
}

function toOptions({ temperature, topP, maxTokens }: Sampling) {
  return {
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { topP }),
    ...(maxTokens !== undefined && { maxTokens }),
  };
}

function isEmpty(sampling: Sampling): boolean {
  return Object.values(sampling).every((value) => value === undefined);
}

function providerProblem(
  { provider, name }: ModelName,
  cause: unknown,
  variable: string,
): ConfigError {
  const text = cause instanceof Error ? cause.message : String(cause);
  const missing = /Unable to import (\S+?)\./.exec(text)?.[1];
  const advice =
    missing === undefined ? text : `it needs a package of its own: npm install ${missing}`;
  const otherwise = `for the model ${provider}:${name} at OPENAI_BASE_URL, write openai:${provider}:${name}`;
  const problem = `${variable}: the provider ${provider} cannot be used: ${advice} (${otherwise})`;
  return new ConfigError([problem], { cause });
}
