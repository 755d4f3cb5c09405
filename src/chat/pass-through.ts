import { z } from "zod";
import type { ModelFields, ToolCall } from "../models/types.ts";

/** A part of a message in OpenAI's format: `text`, `image_url`, `input_audio` or `file`. */
export interface ContentPart {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** A message as the client sent it. Excludes system instructions. */
export type ClientMessage = {
  /** Name of the participant, if a role has several. */
  readonly name?: string | undefined;
} & (
  | { readonly role: "user"; readonly content: string | readonly ContentPart[] }
  | {
      readonly role: "assistant";
      readonly content: string;
      readonly toolCalls: readonly ToolCall[];
    }
  | { readonly role: "tool"; readonly content: string; readonly toolCallId: string }
);

/** Parts of a client's request that are passed on to the model unchanged. */
export interface PassThrough {
  /** Fields of the model call. */
  readonly fields: ModelFields;
  /**
   * Which cached answers may be used. `shared`: all. `exact`: only those with the same words. `none`: none, and
   * nothing is stored.
   */
  readonly cacheUse: "shared" | "exact" | "none";
  /** Hash of the fields that are part of the scope. Default: no such fields. */
  readonly fingerprint?: string | undefined;
  /** The client sets the format of the answer, such as JSON: it has no citation marks. */
  readonly isStructured: boolean;
  /** False if the conversation has images, files or tool results that its text does not include. */
  readonly isAllText: boolean;
  /**
   * The client's conversation including the question. Set if its text is not all of it; the model then gets
   * these messages instead of the history.
   */
  readonly messages?: readonly ClientMessage[] | undefined;
}

const OFFERED =
  "The request offers tools. Call one where the passages and the conversation do not answer and a tool may.";
const AFTER_RESULT =
  "What tools returned in this conversation is true as the passages are, and is not cited.";
const STRUCTURED =
  "The request prescribes the form of the answer, such as JSON. Answer in that form and leave the citation marks out.";

/** The prompt's note about the passed-on fields; undefined if none is needed. */
export function passThroughNote({
  fields,
  isStructured,
  messages = [],
}: PassThrough): string | undefined {
  const mayCall = Array.isArray(fields["tools"]) && fields["tool_choice"] !== "none";
  const hasResult = messages.some(({ role }) => role === "tool");
  const notes = [
    ...(mayCall ? [OFFERED] : []),
    ...(hasResult ? [AFTER_RESULT] : []),
    ...(isStructured ? [STRUCTURED] : []),
  ];
  return notes.length === 0 ? undefined : notes.join("\n");
}

/** Other model input besides the conversation, as text: for token estimates. */
export function passThroughText({ fields }: PassThrough): string {
  const read = ["tools", "response_format", "functions"].flatMap((name) =>
    fields[name] === undefined ? [] : [JSON.stringify(fields[name])],
  );
  return read.join("\n");
}

const tools = z.array(z.looseObject({ function: z.looseObject({ name: z.string() }) })).catch([]);

/** Names of the offered tools. */
export function offeredTools({ fields }: PassThrough): ReadonlySet<string> {
  return new Set(tools.parse(fields["tools"]).map((tool) => tool.function.name));
}

/** The same, with tool calls disabled. */
export function withoutCalls(passThrough: PassThrough | undefined): PassThrough | undefined {
  if (passThrough?.fields["tools"] === undefined) return passThrough;
  return { ...passThrough, fields: { ...passThrough.fields, tool_choice: "none" } };
}

/** Number of requested choices. */
export function choicesOf(passThrough: PassThrough | undefined): number {
  const count = passThrough?.fields["n"];
  return typeof count === "number" ? count : 1;
}

/** Text in place of an image or a file. */
export const placeholderOf = (type: string): string => `[${type.replace(/_url$/, "")}]`;

/** The conversation without images and files before its last question. Undefined if there are none. */
export function withoutEarlierFiles(
  messages: readonly ClientMessage[],
): readonly ClientMessage[] | undefined {
  const question = messages.findLastIndex(({ role }) => role === "user");
  let isChanged = false;
  const shown = messages.map((message, index): ClientMessage => {
    const { role, content } = message;
    if (role !== "user" || typeof content === "string" || index === question) return message;
    isChanged = true;
    const texts = content.map((part) =>
      part.type === "text" ? String(part["text"]) : placeholderOf(part.type),
    );
    return { ...message, content: texts.join(" ") };
  });
  return isChanged ? shown : undefined;
}

/** The conversation from its first question or tool call on. */
export function withoutOpening(messages: readonly ClientMessage[]): readonly ClientMessage[] {
  const first = messages.findIndex(
    (message) => message.role !== "assistant" || message.toolCalls.length > 0,
  );
  return messages.slice(Math.max(0, first));
}

/** The newer half of a conversation, beginning with a question. Undefined if it has only one question. */
export function shortenConversation(
  messages: readonly ClientMessage[],
): readonly ClientMessage[] | undefined {
  const questions = messages.flatMap(({ role }, index) => (role === "user" ? [index] : []));
  const last = questions.at(-1) ?? 0;
  const from = questions.find((index) => index > 0 && index >= last / 2);
  return from === undefined ? undefined : messages.slice(from);
}
