import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { ChatOpenAI } from "@langchain/openai";
import { OFFLINE_MODEL, OfflineModel } from "./offline-model.ts";
import type { ChatModel, Sampling, TokenCounter } from "./types.ts";

/** How to reach a model. */
export interface ChatModelSettings {
  /** `offline-extractive`, an OpenAI model's name, or `provider:model`. */
  readonly model: string;
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
 * @throws Error that says what to install, when a provider's package is missing
 */
export async function createChatModel(
  settings: ChatModelSettings,
  counter: TokenCounter,
): Promise<ChatModel> {
  const { provider, name } = splitProvider(settings.model);
  const base = { fingerprint: provider, timeoutMs: settings.timeoutMs };
  if (settings.model === OFFLINE_MODEL) {
    const offline = new OfflineModel(counter);
    return { ...base, id: OFFLINE_MODEL, canRewrite: false, withSampling: () => offline };
  }
  const make = await modelMaker(provider, name, settings);
  const plain = await make(DEFAULT_SAMPLING);
  return {
    ...base,
    id: name,
    canRewrite: true,
    async withSampling(sampling) {
      return isEmpty(sampling) ? plain : make(sampling);
    },
  };
}

type MakeModel = (sampling: Sampling) => Promise<BaseChatModel> | BaseChatModel;

async function modelMaker(
  provider: string,
  name: string,
  settings: ChatModelSettings,
): Promise<MakeModel> {
  const maxRetries = settings.maxRetries ?? MAX_RETRIES;
  if (provider === "openai") return (sampling) => openAi(name, settings, maxRetries, sampling);
  const { initChatModel } = await import("langchain/chat_models/universal");
  try {
    await initChatModel(name, { modelProvider: provider });
  } catch (error) {
    throw providerProblem(provider, error);
  }
  return async (sampling) => {
    const configured = await initChatModel(name, {
      modelProvider: provider,
      maxRetries,
      ...toOptions(sampling),
    });
    return configured;
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

function splitProvider(model: string): { provider: string; name: string } {
  const colon = model.indexOf(":");
  if (colon === -1) return { provider: "openai", name: model };
  return { provider: model.slice(0, colon), name: model.slice(colon + 1) };
}

function providerProblem(provider: string, cause: unknown): Error {
  const text = cause instanceof Error ? cause.message : String(cause);
  const missing = /@langchain\/[\w-]+/.exec(text)?.[0];
  const advice =
    missing === undefined ? text : `it needs a package of its own: npm install ${missing}`;
  return new Error(`CHAT_MODEL: the provider ${provider} cannot be used: ${advice}`, { cause });
}
