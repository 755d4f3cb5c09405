import { placeholderOf, type ClientMessage } from "../../chat/pass-through.ts";
import type { ChatMessage } from "../../history/types.ts";
import type { CompletionRequestBody } from "../schemas/openai-request-schemas.ts";
import { invalidRequest } from "../validate.ts";

type Message = CompletionRequestBody["messages"][number];
type Part = Extract<NonNullable<Message["content"]>, readonly unknown[]>[number];

/** Longer than a question: messages may include texts to work on. */
const MAX_MESSAGE = 200_000;
const MAX_HISTORY = 200_000;

/** Messages of a request: the user's last message is the question, earlier messages are the history. */
export interface GivenMessages {
  /** Empty for a message with only images or other non-text parts. */
  readonly question: string;
  readonly history: readonly ChatMessage[];
  readonly instructions: string | undefined;
  /** False if the messages contain images, files or tools. */
  readonly isAllText: boolean;
  /** All messages, if role and text do not represent them fully. Undefined otherwise. */
  readonly original: readonly ClientMessage[] | undefined;
  /** Path of the first tool content, non-text part of the question, or partial answer. */
  readonly beyondText: string | undefined;
}

/**
 * Reads the messages of a request. Drops an empty assistant message at the end.
 *
 * @throws RepriseError `invalid_request` without a user message, or if one is too long
 */
export function readMessages(given: CompletionRequestBody["messages"]): GivenMessages {
  const messages = isPlaceholder(given.at(-1)) ? given.slice(0, -1) : given;
  const index = messages.findLastIndex(({ role }) => role === "user");
  const beyondText = findBeyondText(messages, index);
  const isAllText = beyondText === undefined && !messages.some(hasOtherParts);
  const isPlain = isAllText && !messages.some(hasName);
  return {
    question: questionOf(messages, index),
    history: historyOf(messages, index),
    instructions: instructionsOf(messages),
    isAllText,
    original: isPlain ? undefined : toClientMessages(messages),
    beyondText,
  };
}

function isPlaceholder(message: Message | undefined): boolean {
  return message?.role === "assistant" && textOf(message).trim() === "" && !callsTools(message);
}

function hasName(message: Message): boolean {
  return (message.role === "user" || message.role === "assistant") && isGiven(message.name);
}

function isGiven<Value>(value: Value | null | undefined): value is Value {
  return value !== undefined && value !== null;
}

function callsTools(message: Message): boolean {
  return message.role === "assistant" && (message.tool_calls ?? []).length > 0;
}

function hasOtherParts({ role, content }: Message): boolean {
  return role === "user" && Array.isArray(content) && content.some(({ type }) => type !== "text");
}

/** Path of the first tool call or result, non-text part of the question, or partial answer. */
function findBeyondText(messages: readonly Message[], question: number): string | undefined {
  const tool = messages.findIndex((message) => message.role === "tool" || callsTools(message));
  if (tool !== -1) {
    return messages[tool]?.role === "tool" ? `messages[${tool}]` : `messages[${tool}].tool_calls`;
  }
  const asked = messages[question];
  if (asked !== undefined && hasOtherParts(asked)) return `messages[${question}].content`;
  const begun = messages.findLastIndex(({ role }) => role === "assistant");
  return begun > question ? `messages[${begun}]` : undefined;
}

function questionOf(messages: readonly Message[], index: number): string {
  const asked = messages[index];
  if (asked === undefined) {
    throw invalidRequest([{ param: "messages", message: "must have a user message" }]);
  }
  const text = textOf(asked).trim();
  const param = `messages[${index}].content`;
  if (text === "" && !hasOtherParts(asked)) {
    throw invalidRequest([{ param, message: "must not be empty" }]);
  }
  if (text.length <= MAX_MESSAGE) return text;
  throw invalidRequest([{ param, message: `must have ${MAX_MESSAGE} characters at most` }]);
}

function historyOf(messages: readonly Message[], question: number): ChatMessage[] {
  const earlier = messages.slice(0, question);
  const said = earlier.reduce((sum, message) => sum + textOf(message).length, 0);
  if (said > MAX_HISTORY) {
    const message = `must have ${MAX_HISTORY} characters at most`;
    throw invalidRequest([{ param: "messages", message }]);
  }
  return earlier.flatMap((message) => {
    const { role } = message;
    const content = [textOf(message), ...otherParts(message)]
      .filter((text) => text !== "")
      .join(" ");
    return (role === "user" || role === "assistant") && content !== "" ? [{ role, content }] : [];
  });
}

/** Placeholder text for a non-text part in the history. */
function otherParts({ role, content }: Message): string[] {
  if (role !== "user" || !Array.isArray(content)) return [];
  return content.flatMap(({ type }) => (type === "text" ? [] : [placeholderOf(type)]));
}

function instructionsOf(messages: readonly Message[]): string | undefined {
  const texts = messages
    .filter(({ role }) => role === "system" || role === "developer")
    .flatMap((message) => {
      const text = textOf(message);
      if (text.trim() === "") return [];
      return isGiven(message.name) ? [`${message.name}: ${text}`] : [text];
    });
  return texts.length === 0 ? undefined : texts.join("\n");
}

/** The text; the refusal if an answer has no content. */
function textOf(message: Message): string {
  const { content } = message;
  if (typeof content === "string") return content;
  if (isGiven(content)) return content.map(textOfPart).join("");
  return message.role === "assistant" ? (message.refusal ?? "") : "";
}

function textOfPart(part: Part): string {
  if (part.type === "text") return part.text;
  return part.type === "refusal" ? part.refusal : "";
}

function nameOf(name: string | null | undefined): { name?: string } {
  return isGiven(name) ? { name } : {};
}

function toClientMessages(messages: readonly Message[]): ClientMessage[] {
  const calls = new Set(messages.flatMap(callIdsOf));
  return messages.flatMap((message) => toClientMessage(message, calls));
}

function callIdsOf(message: Message): string[] {
  return message.role === "assistant" ? (message.tool_calls ?? []).map(({ id }) => id) : [];
}

/** Model servers reject a result without a call, so it becomes text. */
function toResult(message: Message & { role: "tool" }, calls: ReadonlySet<string>): ClientMessage {
  const { tool_call_id: id, name } = message;
  const text = textOf(message);
  return isGiven(id) && calls.has(id)
    ? { role: "tool", content: text, toolCallId: id, ...nameOf(name) }
    : {
        role: "user",
        content: `The result of ${isGiven(name) ? `the tool ${name}` : "a tool"}:\n${text}`,
      };
}

function toClientMessage(message: Message, calls: ReadonlySet<string>): ClientMessage[] {
  const text = textOf(message);
  switch (message.role) {
    case "user":
      return [
        {
          role: "user",
          content: hasOtherParts(message) ? (message.content ?? "") : text,
          ...nameOf(message.name),
        },
      ];
    case "assistant": {
      const toolCalls = (message.tool_calls ?? []).map(({ id, function: called }) => ({
        id,
        name: called.name,
        arguments: called.arguments,
      }));
      return [{ role: "assistant", content: text, toolCalls, ...nameOf(message.name) }];
    }
    case "tool":
      return [toResult(message, calls)];
    case "system":
    case "developer":
      return [];
  }
}
