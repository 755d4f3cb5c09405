import { ChatOpenAI } from "@langchain/openai";
import type { ChatModelSettings } from "./types.ts";
import { logprobSettings, toOptions } from "./model-fields.ts";
import { OpenAiChat } from "./openai-chat.ts";
import { createServerTraits } from "./server-traits.ts";
import type { MakeModel } from "./types.ts";
import { createUpstreamFetch } from "./upstream-fetch.ts";

interface OpenAiSettings extends Pick<ChatModelSettings, "openAiApiKey" | "openAiBaseUrl"> {
  /** Tries after the first. */
  readonly maxRetries: number;
  /** Told of each field that the server refuses. */
  readonly onRefusedField: (field: string) => void;
}

/** Makes models of OpenAI, or of a server that speaks its protocol. */
export function openAiMaker(
  model: string,
  { openAiApiKey, openAiBaseUrl: baseURL, maxRetries, onRefusedField }: OpenAiSettings,
): MakeModel {
  const traits = createServerTraits(onRefusedField);
  const configuration = {
    fetch: createUpstreamFetch(),
    // The client would print what servers say, with whatever stands in it.
    logLevel: "off" as const,
    ...(baseURL !== undefined && { baseURL }),
  };
  return (sampling, given = {}) => {
    const fields = {
      model,
      // Servers that ask for no key are reached all the same.
      apiKey: openAiApiKey ?? "none",
      streamUsage: true,
      configuration,
      ...toOptions(sampling),
      ...logprobSettings(given),
    };
    const completions = new OpenAiChat(fields, traits, maxRetries, given);
    const isPlain = Object.keys(given).length === 0;
    // Some of OpenAI's own models are only reached through its Responses API, whose fields are others.
    return baseURL === undefined && isPlain
      ? new ChatOpenAI({ ...fields, maxRetries, completions })
      : completions;
  };
}
