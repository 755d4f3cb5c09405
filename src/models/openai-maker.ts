import { ChatOpenAI } from "@langchain/openai";
import type { ChatModelSettings } from "./types.ts";
import { logprobSettings, toOptions } from "./model-fields.ts";
import { OpenAiChat } from "./openai-chat.ts";
import { createServerTraits } from "./server-traits.ts";
import type { MakeModel } from "./types.ts";
import { createUpstreamFetch } from "./upstream-fetch.ts";

interface OpenAiSettings extends Pick<ChatModelSettings, "openAiApiKey" | "openAiBaseUrl"> {
  /** Retries after a server failure. */
  readonly maxRetries: number;
  /** Called for each field that the server refuses. */
  readonly onRefusedField: (field: string) => void;
}

/** Creates models of OpenAI or of a compatible server. */
export function openAiMaker(
  model: string,
  { openAiApiKey, openAiBaseUrl: baseURL, maxRetries, onRefusedField }: OpenAiSettings,
): MakeModel {
  const traits = createServerTraits(onRefusedField);
  const configuration = {
    fetch: createUpstreamFetch(),
    // The client would print server messages, which may contain secrets.
    logLevel: "off" as const,
    ...(baseURL !== undefined && { baseURL }),
  };
  return (sampling, given = {}) => {
    const fields = {
      model,
      // The client requires a key, also for servers without one.
      apiKey: openAiApiKey ?? "none",
      streamUsage: true,
      configuration,
      ...toOptions(sampling),
      ...logprobSettings(given),
    };
    const completions = new OpenAiChat(fields, traits, maxRetries, given);
    const isPlain = Object.keys(given).length === 0;
    // Some of OpenAI's models are available only through its Responses API, which has other fields.
    return baseURL === undefined && isPlain
      ? new ChatOpenAI({ ...fields, maxRetries, completions })
      : completions;
  };
}
