import { MODEL_PROVIDER_CONFIG } from "langchain/chat_models/universal";

/** What `CHAT_MODEL` asks for. */
export interface ModelName {
  /** `openai`, or another name of LangChain's `initChatModel`. */
  readonly provider: string;
  /** As the provider knows it. */
  readonly name: string;
}

/**
 * Takes `provider:model` apart where LangChain knows the provider. Anything else is the name of a
 * model of OpenAI or of a server that speaks its protocol, and may hold colons: `llama3.2:3b`.
 */
export function readModelName(model: string): ModelName {
  const colon = model.indexOf(":");
  const provider = model.slice(0, Math.max(0, colon));
  if (!Object.hasOwn(MODEL_PROVIDER_CONFIG, provider)) return { provider: "openai", name: model };
  return { provider, name: model.slice(colon + 1) };
}
