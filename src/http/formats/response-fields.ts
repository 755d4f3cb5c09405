import type { ResponseRequestBody } from "../schemas/response-request-schemas.ts";
import { invalidRequest } from "../validate.ts";

/** Fields that both OpenAI APIs have, in the Chat Completions format. */
export function toCompletionFields(body: ResponseRequestBody): Record<string, unknown> {
  const { text, reasoning } = body;
  return {
    model: body.model,
    cache: body.cache,
    documents: body.documents,
    temperature: body.temperature,
    top_p: body.top_p,
    max_completion_tokens: body.max_output_tokens,
    user: body.user ?? body.safety_identifier,
    safety_identifier: body.safety_identifier,
    prompt_cache_key: body.prompt_cache_key,
    prompt_cache_retention: body.prompt_cache_retention,
    parallel_tool_calls: body.parallel_tool_calls,
    service_tier: body.service_tier === "default" ? "auto" : body.service_tier,
    reasoning_effort: reasoning?.effort,
    verbosity: text?.verbosity,
    response_format: toResponseFormat(text?.format),
    tools: body.tools?.map(toTool),
    tool_choice: toToolChoice(body.tool_choice),
  };
}

type Tool = NonNullable<ResponseRequestBody["tools"]>[number];

/** Tools that OpenAI hosts are not supported. */
function toTool({ type, ...called }: Tool, index: number): object {
  if (type === "function") return { type, function: called };
  const message = `is ${JSON.stringify(type.slice(0, 60))}, which is not supported by Reprise: it has no tools of its own`;
  throw invalidRequest([{ param: `tools[${index}].type`, message }]);
}

function toToolChoice(choice: ResponseRequestBody["tool_choice"]): unknown {
  if (choice === null || choice === undefined || typeof choice === "string") return choice;
  const { type, ...rest } = choice;
  switch (type) {
    case "function":
      return { type, function: rest };
    case "allowed_tools": {
      const { tools = [], ...others } = rest;
      const allowed = tools.map(({ type: kind, ...called }) => ({
        type: kind,
        function: called,
      }));
      return { type, allowed_tools: { ...others, tools: allowed } };
    }
    default: {
      const message = `is ${JSON.stringify(type.slice(0, 60))}, which is not supported by Reprise`;
      throw invalidRequest([{ param: "tool_choice.type", message }]);
    }
  }
}

type Format = NonNullable<ResponseRequestBody["text"]>["format"];

function toResponseFormat(format: Format): unknown {
  if (format?.type !== "json_schema") return format;
  const { type, ...schema } = format;
  return { type, json_schema: schema };
}

/** Maps Chat Completions names back: an error uses the client's field names. */
export function toOwnParam(param: string): string {
  return param
    .replace(/^max_completion_tokens/, "max_output_tokens")
    .replace(/^reasoning_effort/, "reasoning.effort")
    .replace(/^verbosity/, "text.verbosity")
    .replace(/^response_format(?:\.json_schema)?/, "text.format")
    .replace(/^(tools\[\d+\])\.function/, "$1")
    .replace(/^tool_choice\.function/, "tool_choice");
}
