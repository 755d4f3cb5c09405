import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { z } from "zod";
import type { ModelFields, ModelRunnable, Sampling } from "./types.ts";

/** Fields that change no answer. */
const NEUTRAL = new Set([
  "metadata",
  "store",
  "prompt_cache_key",
  "prompt_cache_retention",
  "safety_identifier",
]);
/** Whether a field changes no answer: a server that refuses it is asked without. */
export const isNeutral = (field: string): boolean => NEUTRAL.has(field);

/** What LangChain can hand to every provider. */
const ANYWHERE = new Set(["tools", "tool_choice", "stop", "messages"]);
/** The offline model answers without tools that it need not call, and the same way each time. */
const OFFLINE = new Set(["tools", "seed"]);

/** What a provider that LangChain knows can be given. */
export const takesAnywhere = (field: string): boolean => ANYWHERE.has(field) || NEUTRAL.has(field);

/** What the offline model can be given. */
export const takesOffline = (field: string): boolean => OFFLINE.has(field) || NEUTRAL.has(field);

const logprobFields = z.object({
  logprobs: z.boolean().optional(),
  top_logprobs: z.number().optional(),
});

/** LangChain's model reads log probabilities only where its settings ask for them. */
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

/** The same for a model of another provider, by LangChain's own ways. */
export function giveFields(model: BaseChatModel, fields: ModelFields): ModelRunnable {
  const { tools = [], tool_choice: choice, stop } = given.parse(fields);
  const options = stop === undefined ? {} : { stop: [stop].flat() };
  // Without a choice of its own each provider lets the model decide; "none" is not known to all of them.
  if (tools.length === 0 || choice === "none") return model.withConfig(options);
  if (model.bindTools === undefined) return model.withConfig(options);
  return model.bindTools(tools, { ...options, ...toToolChoice(choice) });
}

/** LangChain has words of its own: `any` tool, or the name of one. */
function toToolChoice(choice: z.infer<typeof given>["tool_choice"]) {
  if (choice === undefined || choice === "auto") return {};
  if (choice === "required") return { tool_choice: "any" };
  const named = namedChoice.safeParse(choice);
  return { tool_choice: named.success ? named.data.function.name : choice };
}

/** Sampling as LangChain names it. */
export function toOptions({ temperature, topP, maxTokens }: Sampling) {
  return {
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { topP }),
    ...(maxTokens !== undefined && { maxTokens }),
  };
}
