import type { ChatReply, ChatRequest, FinishReason } from "../../chat/types.ts";
import type { ChatMessage } from "../../history/types.ts";
import type { Sampling } from "../../models/types.ts";
import { readCacheControl } from "../cache-control.ts";
import type { CompletionRequestBody } from "../schemas/openai-schemas.ts";
import type { Principal } from "../types.ts";
import { invalidRequest } from "../validate.ts";
import { toCacheBody, toCitationBody, toCostBody } from "./reply-format.ts";

const MAX_QUESTION = 8_000;
const MAX_HISTORY = 200_000;

/**
 * The last user message is the question, earlier ones the history; system messages are instructions.
 * The request belongs to no conversation of ours: the client holds it.
 *
 * @throws RepriseError when there is no user message, or one is too long
 */
export function fromCompletion(
  body: CompletionRequestBody,
  principal: Principal,
  cacheControl?: string,
): ChatRequest {
  const { mode = "default", maxAgeSeconds } = readCacheControl(cacheControl);
  const index = body.messages.findLastIndex(({ role }) => role === "user");
  return {
    tenant: principal.tenant,
    message: questionOf(body, index),
    conversationId: null,
    userId: /^[\w-]{1,128}$/.test(body.user ?? "") ? (body.user ?? undefined) : undefined,
    history: historyOf(body, index),
    instructions: instructionsOf(body),
    cacheMode: wantsMore(body) ? "bypass" : mode,
    maxAgeSeconds,
    sampling: samplingOf(body),
  };
}

function questionOf(body: CompletionRequestBody, index: number): string {
  if (index === -1) {
    throw invalidRequest([{ param: "messages", message: "must have a user message" }]);
  }
  const text = textOf(body.messages[index]?.content).trim();
  const param = `messages[${index}].content`;
  if (text === "") throw invalidRequest([{ param, message: "must not be empty" }]);
  if (text.length <= MAX_QUESTION) return text;
  throw invalidRequest([{ param, message: `must have ${MAX_QUESTION} characters at most` }]);
}

function samplingOf(body: CompletionRequestBody): Sampling {
  return {
    temperature: body.temperature ?? undefined,
    topP: body.top_p ?? undefined,
    maxTokens: body.max_completion_tokens ?? body.max_tokens ?? undefined,
  };
}

/** Tools and several choices are more than a stored answer can give. */
function wantsMore(body: CompletionRequestBody): boolean {
  return (body.n ?? 1) > 1 || (body.tools ?? body.functions ?? []).length > 0;
}

function historyOf(body: CompletionRequestBody, questionIndex: number): ChatMessage[] {
  const history = body.messages.slice(0, questionIndex).flatMap(({ role, content }) => {
    const text = textOf(content);
    return (role === "user" || role === "assistant") && text !== ""
      ? [{ role, content: text }]
      : [];
  });
  if (history.reduce((sum, { content }) => sum + content.length, 0) > MAX_HISTORY) {
    const message = `must have ${MAX_HISTORY} characters at most`;
    throw invalidRequest([{ param: "messages", message }]);
  }
  return history;
}

function instructionsOf(body: CompletionRequestBody): string | undefined {
  const texts = body.messages
    .filter(({ role }) => role === "system" || role === "developer")
    .map(({ content }) => textOf(content));
  return texts.length === 0 ? undefined : texts.join("\n");
}

function textOf(content: CompletionRequestBody["messages"][number]["content"]): string {
  if (typeof content === "string") return content;
  return (content ?? []).map(({ text }) => text).join("");
}

const FINISH_REASONS: Readonly<Record<FinishReason, string>> = {
  stop: "stop",
  length: "length",
  content_filter: "content_filter",
  stopped: "stop",
  unknown: "stop",
};

const completionId = (id: string) => id.replace(/^msg_/, "chatcmpl-");

/** The whole completion. */
export function toCompletion(reply: ChatReply, created: number) {
  return {
    id: completionId(reply.id),
    object: "chat.completion",
    created,
    model: reply.usage.model,
    choices: [
      {
        index: 0,
        message: { role: "assistant", content: reply.answer, refusal: null },
        logprobs: null,
        finish_reason: FINISH_REASONS[reply.finishReason],
      },
    ],
    usage: toCompletionUsage(reply),
    x_reprise: toExtension(reply),
  };
}

/** What our replies have and OpenAI's do not. */
function toExtension(reply: ChatReply) {
  const { promptTokens, completionTokens, totalTokens } = reply.saved;
  return {
    cache: toCacheBody(reply.cache),
    cost: toCostBody(reply.cost),
    saved: {
      prompt_tokens: promptTokens,
      completion_tokens: completionTokens,
      total_tokens: totalTokens,
    },
    citations: reply.citations.map(toCitationBody),
  };
}

function toCompletionUsage({ usage }: ChatReply) {
  return {
    prompt_tokens: usage.promptTokens,
    completion_tokens: usage.completionTokens,
    total_tokens: usage.totalTokens,
    prompt_tokens_details: { cached_tokens: usage.cachedPromptTokens },
  };
}

/** Makes the chunks of one streamed completion. */
export function createChunks(options: {
  id: string;
  model: string;
  created: number;
  includeUsage: boolean;
}) {
  const base = {
    id: completionId(options.id),
    object: "chat.completion.chunk",
    created: options.created,
    model: options.model,
  };
  const usage = options.includeUsage ? { usage: null } : {};
  const chunk = (delta: object, finishReason: string | null) => ({
    ...base,
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
    ...usage,
  });
  return {
    first: () => chunk({ role: "assistant", content: "" }, null),
    delta: (text: string) => chunk({ content: text }, null),
    /** The extension stands on the usage chunk where one was asked for, on the last one otherwise. */
    last(reply: ChatReply): object[] {
      const end = chunk({}, FINISH_REASONS[reply.finishReason]);
      const extension = { x_reprise: toExtension(reply) };
      if (!options.includeUsage) return [{ ...end, ...extension }];
      return [end, { ...base, choices: [], usage: toCompletionUsage(reply), ...extension }];
    },
  };
}
