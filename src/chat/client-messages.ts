import { AIMessage, HumanMessage, ToolMessage, type BaseMessage } from "@langchain/core/messages";
import { z } from "zod";
import { splitThinking } from "../models/split-thinking.ts";
import type { ClientMessage } from "./pass-through.ts";

/** Converts a client's messages to LangChain's, without the thinking of earlier answers. */
export function toPromptMessages(messages: readonly ClientMessage[]): BaseMessage[] {
  return messages.map((message) => {
    switch (message.role) {
      case "user":
        return new HumanMessage({ content: toContent(message.content), ...nameOf(message) });
      case "assistant":
        return toAnswer(message);
      case "tool":
        return new ToolMessage({
          content: message.content,
          tool_call_id: message.toolCallId,
          ...nameOf(message),
        });
    }
  });
}

type UserMessage = Extract<ClientMessage, { role: "user" }>;
type Answer = Extract<ClientMessage, { role: "assistant" }>;

function nameOf({ name }: ClientMessage): { name?: string } {
  return name === undefined ? {} : { name };
}

function toContent(content: UserMessage["content"]) {
  return typeof content === "string" ? content : content.map((part) => ({ ...part }));
}

const callArguments = z.record(z.string(), z.unknown());

/** LangChain needs parsed arguments; calls that cannot be parsed are sent as they are. */
function toAnswer(answer: Answer): AIMessage {
  const { toolCalls: calls } = answer;
  const fields = { content: splitThinking(answer.content).text, ...nameOf(answer) };
  const parsed = calls.map(({ id, name, arguments: text }) => {
    const args = callArguments.safeParse(parseJson(text));
    return args.success ? { id, name, args: args.data, type: "tool_call" as const } : undefined;
  });
  const known = parsed.filter((call) => call !== undefined);
  if (known.length === calls.length) return new AIMessage({ ...fields, tool_calls: known });
  const message = new AIMessage(fields);
  message.additional_kwargs["tool_calls"] = calls.map(({ id, name, arguments: text }) => ({
    id,
    type: "function",
    function: { name, arguments: text },
  }));
  return message;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
