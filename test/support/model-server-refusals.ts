import { breaks, refuses, type Kind } from "./model-server-kind.ts";

/** Errors of real model servers, as users have reported them. */
export const REFUSALS: readonly Kind[] = [
  refuses("a redirect", 307, "", "model_refused_request"),
  breaks(
    "busy, and says when to come back",
    {
      reply: {
        status: 429,
        body: { error: { message: "slow down" } },
        headers: { "retry-after": "7" },
      },
    },
    "model_rate_limited",
    429,
  ),
  breaks(
    "overloaded, and says when to come back",
    { reply: { status: 503, body: "<h1>503</h1>", headers: { "retry-after": "7" } } },
    "model_unavailable",
    503,
  ),
  refuses(
    "a key that is refused",
    401,
    { error: { message: "Incorrect API key provided: sk-secret123" } },
    "model_unauthorized",
  ),
  refuses("a key without the right", 403, { message: "forbidden" }, "model_unauthorized"),
  refuses(
    "no quota",
    429,
    { error: { message: "You exceeded your current quota", code: "insufficient_quota" } },
    "model_quota",
  ),
  refuses("no balance", 402, { error: { message: "Insufficient Balance" } }, "model_quota"),
  refuses(
    "too long for OpenAI",
    400,
    {
      error: {
        message: "This model's maximum context length is 8192 tokens",
        code: "context_length_exceeded",
      },
    },
    "context_too_long",
    413,
  ),
  refuses(
    "too long for llama.cpp",
    400,
    {
      error: {
        code: 400,
        message: "the request exceeds the available context size",
        type: "exceed_context_size_error",
      },
    },
    "context_too_long",
    413,
  ),
  refuses(
    "too long for TGI",
    422,
    {
      error:
        "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000",
      error_type: "validation",
    },
    "context_too_long",
    413,
  ),
  breaks(
    "too long for TGI, in the stream",
    {
      chunks: [
        'data: {"error":"Input validation error: `inputs` must have less than 1000 tokens. Given: 4500","error_type":"validation"}\n\n',
      ],
    },
    "context_too_long",
    413,
  ),
  breaks(
    "too many requests, in the stream",
    { chunks: [{ error: { message: "throttled", type: "throttling_error", code: "429" } }] },
    "model_rate_limited",
    429,
  ),
  refuses(
    "too long for vLLM",
    400,
    {
      object: "error",
      message:
        "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens. Please reduce the length of the messages.",
      code: 400,
    },
    "context_too_long",
    413,
  ),
  refuses(
    "an unknown model",
    404,
    { error: { message: "model 'any' not found" } },
    "model_refused_request",
  ),
  refuses(
    "a list of errors",
    400,
    [{ error: { code: 400, message: "contents is not specified", status: "INVALID_ARGUMENT" } }],
    "model_refused_request",
  ),
  refuses("a gateway that waited in vain", 524, "timed out", "model_timed_out", 504),
];
