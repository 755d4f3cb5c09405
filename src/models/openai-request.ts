import type OpenAI from "openai";
import { DEVELOPER_ROLE, STREAM, SYSTEM_ROLE, type Wish } from "./server-traits.ts";

type Request =
  | OpenAI.Chat.ChatCompletionCreateParamsStreaming
  | OpenAI.Chat.ChatCompletionCreateParamsNonStreaming;
type Message = OpenAI.Chat.ChatCompletionMessageParam;

/** Fields that a request can omit. */
const WISHES = [
  "stream_options",
  "temperature",
  "top_p",
  "frequency_penalty",
  "presence_penalty",
  "parallel_tool_calls",
  "reasoning_effort",
  "verbosity",
  "service_tier",
  "prompt_cache_key",
  "prompt_cache_retention",
  "store",
  "metadata",
  "safety_identifier",
] as const;
/** Two names of one limit; a server supports one of them. */
const LIMITS = ["max_tokens", "max_completion_tokens"] as const;

/** Parts of a request that can be omitted or rewritten if the server refuses them. */
export function wishesOf(request: Request): Wish[] {
  const fields = [...WISHES, ...LIMITS].filter((name) => isGiven(request[name]));
  const has = (role: Message["role"]) => request.messages.some((message) => message.role === role);
  return [
    ...fields,
    ...(request.stream === true ? [STREAM] : []),
    ...(has("developer") ? [DEVELOPER_ROLE] : []),
    ...(has("system") ? [SYSTEM_ROLE] : []),
  ];
}

/** Some servers refuse an empty content in a message that only has tool calls: it becomes null. */
export function withNullContents<Params extends Request>(request: Params): Params {
  const messages = request.messages.map((message) =>
    message.role === "assistant" && message.tool_calls !== undefined && message.content === ""
      ? { ...message, content: null }
      : message,
  );
  return { ...request, messages };
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** Removes these parts: fields are omitted; roles and limits are rewritten. */
export function without<Params extends Request>(
  request: Params,
  refused: ReadonlySet<Wish>,
): Params {
  if (refused.size === 0) return request;
  const fitted = { ...request };
  for (const name of WISHES) if (refused.has(name)) Reflect.deleteProperty(fitted, name);
  if (refused.has(STREAM)) {
    for (const name of ["stream", "stream_options"]) Reflect.deleteProperty(fitted, name);
  }
  fitLimit(fitted, refused);
  if (refused.has(DEVELOPER_ROLE)) fitted.messages = fitted.messages.map(asSystem);
  if (refused.has(SYSTEM_ROLE)) fitted.messages = foldSystem(fitted.messages);
  return fitted;
}

function fitLimit(request: Request, refused: ReadonlySet<Wish>): void {
  const limit = request.max_completion_tokens ?? request.max_tokens;
  if (!LIMITS.some((name) => refused.has(name))) return;
  for (const name of LIMITS) Reflect.deleteProperty(request, name);
  const known = LIMITS.find((name) => !refused.has(name));
  if (known !== undefined && isGiven(limit)) request[known] = limit ?? null;
}

function asSystem(message: Message): Message {
  return message.role === "developer" ? { ...message, role: "system" } : message;
}

/** Moves the instructions into the first user message, for chat templates without a system role. */
function foldSystem(messages: readonly Message[]): Message[] {
  const instructions = messages.flatMap((message) =>
    message.role === "system" ? [textOf(message.content)] : [],
  );
  const others = messages.filter(({ role }) => role !== "system");
  const first = others.findIndex(({ role }) => role === "user");
  const text = instructions.join("\n\n");
  return others.map((message, index) => {
    if (index !== first || message.role !== "user") return message;
    const { content } = message;
    const folded =
      typeof content === "string"
        ? `${text}\n\n${content}`
        : [{ type: "text" as const, text }, ...content];
    return { ...message, content: folded };
  });
}

function textOf(content: OpenAI.Chat.ChatCompletionSystemMessageParam["content"]): string {
  return typeof content === "string" ? content : content.map(({ text }) => text).join("\n");
}
