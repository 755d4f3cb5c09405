import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { z } from "zod";
import type { ModelFields, ModelRunnable, Sampling } from "./types.ts";

/** Fields that do not affect the answer. */
const NEUTRAL = new Set([
  "metadata",
  "store",
  "prompt_cache_key",
  "prompt_cache_retention",
  "safety_identifier",
]);
/** Whether a field does not affect the answer: if a server refuses it, the request is sent without it. */
export const isNeutral = (field: string): boolean => NEUTRAL.has(field);

/** Fields that LangChain supports for every provider. */
const ANYWHERE = new Set(["tools", "tool_choice", "stop", "messages"]);
/** The offline model may ignore tools, and it is deterministic for any seed. */
const OFFLINE = new Set(["tools", "seed"]);

/** Whether a provider of LangChain supports the field. */
export const takesAnywhere = (field: string): boolean => ANYWHERE.has(field) || NEUTRAL.has(field);

/** Whether the offline model supports the field. */
export const takesOffline = (field: string): boolean => OFFLINE.has(field) || NEUTRAL.has(field);

const logprobFields = z.object({
  logprobs: z.boolean().optional(),
  top_logprobs: z.number().optional(),
});

/** LangChain's model returns log probabilities only if its settings request them. */
export function logprobSettings(fields: ModelFields) {
  const { logprobs, top_logprobs: topLogprobs } = logprobFields.parse(fields);
  return {
    ...(logprobs !== undefined && { logprobs }),
    ...(topLogprobs !== undefined && { topLogprobs }),
  };
}

const namedChoice = z.object({ function: z.object({ name: z.string() }) });
const given = z.object({
  tools: z.array(z.record(z.string(), z.unknown())).optional(),
  tool_choice: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
  stop: z.union([z.string(), z.array(z.string())]).optional(),
});

/** Gives the fields to a model of another provider, through LangChain's interface. */
export function giveFields(model: BaseChatModel, fields: ModelFields): ModelRunnable {
  const { tools = [], tool_choice: choice, stop } = given.parse(fields);
  const options = stop === undefined ? {} : { stop: [stop].flat() };
  // By default the model decides; not all providers support "none".
  if (tools.length === 0 || choice === "none") return model.withConfig(options);
  if (model.bindTools === undefined) return model.withConfig(options);
  return model.bindTools(tools, { ...options, ...toToolChoice(choice) });
}

/** LangChain's names: `any`, or the name of one tool. */
function toToolChoice(choice: z.infer<typeof given>["tool_choice"]) {
  if (choice === undefined || choice === "auto") return {};
  if (choice === "required") return { tool_choice: "any" };
  const named = namedChoice.safeParse(choice);
  return { tool_choice: named.success ? named.data.function.name : choice };
}

/** Sampling by LangChain's names. */
export function toOptions({ temperature, topP, maxTokens }: Sampling) {
  return {
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { topP }),
    ...(maxTokens !== undefined && { maxTokens }),
  };
}
