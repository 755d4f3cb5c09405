import type { ResponseRequestBody } from "../schemas/response-request-schemas.ts";
import type { ResponseBody } from "../schemas/response-schemas.ts";

/** A response before the first event: it repeats the request's fields, as in OpenAI's API. */
export function toResponseFrame(
  body: ResponseRequestBody,
  begun: { id: string; createdAt: number; conversationId: string | null; model: string },
): ResponseBody {
  const { id, createdAt, conversationId, model } = begun;
  return {
    id,
    object: "response",
    created_at: createdAt,
    completed_at: null,
    status: "in_progress",
    background: false,
    error: null,
    incomplete_details: null,
    model,
    output: [],
    conversation: conversationId === null ? null : { id: conversationId },
    reasoning: { effort: body.reasoning?.effort ?? null, summary: null },
    service_tier: body.service_tier ?? "default",
    text: { format: body.text?.format ?? { type: "text" } },
    top_logprobs: 0,
    truncation: body.truncation ?? "auto",
    usage: null,
    ...toRepeated(body),
  };
}

/** Request fields that the response repeats. */
function toRepeated(body: ResponseRequestBody) {
  return {
    ...toSampling(body),
    instructions: body.instructions ?? null,
    metadata: body.metadata ?? {},
    previous_response_id: body.previous_response_id ?? null,
    store: body.store ?? true,
    user: body.user ?? null,
  };
}

function toSampling(body: ResponseRequestBody) {
  return {
    max_output_tokens: body.max_output_tokens ?? null,
    parallel_tool_calls: body.parallel_tool_calls ?? true,
    temperature: body.temperature ?? null,
    tool_choice: body.tool_choice ?? "auto",
    tools: body.tools ?? [],
    top_p: body.top_p ?? null,
  };
}
