import { MODEL_PROVIDER_CONFIG } from "langchain/chat_models/universal";

/** The parts of `CHAT_MODEL`. */
export interface ModelName {
  /** `openai`, or another provider name of LangChain's `initChatModel`. */
  readonly provider: string;
  /** The provider's name of the model. */
  readonly name: string;
}

/**
 * Splits `provider:model` if LangChain knows the provider. Any other name is a model of OpenAI or a compatible
 * server, and may contain colons: `llama3.2:3b`.
 */
export function readModelName(model: string): ModelName {
  const colon = model.indexOf(":");
  const provider = model.slice(0, Math.max(0, colon));
  if (!Object.hasOwn(MODEL_PROVIDER_CONFIG, provider)) return { provider: "openai", name: model };
  return { provider, name: model.slice(colon + 1) };
}
