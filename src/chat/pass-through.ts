import { z } from "zod";
import type { ModelFields, ToolCall } from "../models/types.ts";

/** A part of a message in OpenAI's form: `text`, `image_url`, `input_audio` or `file`. */
export interface ContentPart {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** A message as the client wrote it. Instructions are not among them. */
export type ClientMessage = {
  /** Of the participant, where there are several of a role. */
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

/** What of a client's request is handed to the model as it is. */
export interface PassThrough {
  /** Fields of the model call. */
  readonly fields: ModelFields;
  /**
   * Which cached answers may be used: all, as for a question without anything to hand on; those of the same
   * words (`exact`); or none. Under `none` nothing is stored either.
   */
  readonly cacheUse: "shared" | "exact" | "none";
  /** Hash of the fields that belong to the scope of the answer; none: the scope is that of the question alone. */
  readonly fingerprint?: string | undefined;
  /** The client prescribes the form of the answer, such as JSON: it has no citation marks. */
  readonly isStructured: boolean;
  /** False: the conversation holds images or files, or results of tools, that its text does not tell. */
  readonly isAllText: boolean;
  /**
   * The conversation as the client wrote it, the question included. Given where the text of its messages is
   * not all of it; then the model is shown this wherever it is shown the history.
   */
  readonly messages?: readonly ClientMessage[] | undefined;
}

const OFFERED =
  "The request offers tools. Call one where the passages and the conversation do not answer and a tool may.";
const AFTER_RESULT =
  "What tools returned in this conversation is true as the passages are, and is not cited.";
const STRUCTURED =
  "The request prescribes the form of the answer, such as JSON. Answer in that form and leave the citation marks out.";

/** What the prompt says about what is handed on; undefined where nothing has to be said. */
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

/** What the model reads of it beside the conversation's text, as text: for estimates of tokens. */
export function passThroughText({ fields }: PassThrough): string {
  const read = ["tools", "response_format", "functions"].flatMap((name) =>
    fields[name] === undefined ? [] : [JSON.stringify(fields[name])],
  );
  return read.join("\n");
}

const tools = z.array(z.looseObject({ function: z.looseObject({ name: z.string() }) })).catch([]);

/** Names of the tools that the model may call. */
export function offeredTools({ fields }: PassThrough): ReadonlySet<string> {
  return new Set(tools.parse(fields["tools"]).map((tool) => tool.function.name));
}

/** The same where the model may call none of the tools. */
export function withoutCalls(passThrough: PassThrough | undefined): PassThrough | undefined {
  if (passThrough?.fields["tools"] === undefined) return passThrough;
  return { ...passThrough, fields: { ...passThrough.fields, tool_choice: "none" } };
}

/** How many answers are asked for. */
export function choicesOf(passThrough: PassThrough | undefined): number {
  const count = passThrough?.fields["n"];
  return typeof count === "number" ? count : 1;
}

/** The newer half of a conversation, from a question on; undefined where it has one question only. */
export function shortenConversation(
  messages: readonly ClientMessage[],
): readonly ClientMessage[] | undefined {
  const questions = messages.flatMap(({ role }, index) => (role === "user" ? [index] : []));
  const last = questions.at(-1) ?? 0;
  const from = questions.find((index) => index > 0 && index >= last / 2);
  return from === undefined ? undefined : messages.slice(from);
}
