import { AIMessage, HumanMessage, SystemMessage, type BaseMessage } from "@langchain/core/messages";

/**
 * Arranges a prompt for the strictest chat templates: all instructions first in one message, then alternating
 * questions and answers. Drops empty messages and merges neighbours of one role. Tool calls and their results
 * are unchanged.
 */
export function fitRoles(messages: readonly BaseMessage[]): BaseMessage[] {
  const said = messages.filter((message) => !isEmpty(message));
  const isSystem = (message: BaseMessage) => message.getType() === "system";
  const ordered = [...said.filter(isSystem), ...said.filter((message) => !isSystem(message))];
  const fitted: BaseMessage[] = [];
  for (const message of ordered) {
    const before = fitted.at(-1);
    const joined = before === undefined ? undefined : join(before, message);
    if (joined === undefined) fitted.push(message);
    else fitted.splice(-1, 1, joined);
  }
  return fitted;
}

function isEmpty(message: BaseMessage): boolean {
  const { content } = message;
  const hasText = typeof content === "string" ? content.trim() !== "" : content.length > 0;
  return !hasText && !isTool(message);
}

function isTool(message: BaseMessage): boolean {
  return (
    message.getType() === "tool" ||
    (AIMessage.isInstance(message) && (message.tool_calls ?? []).length > 0) ||
    // Tool calls that could not be parsed.
    Array.isArray(message.additional_kwargs["tool_calls"])
  );
}

function join(one: BaseMessage, other: BaseMessage): BaseMessage | undefined {
  if (one.getType() !== other.getType() || isTool(one) || isTool(other)) return undefined;
  if (one.name !== other.name) return undefined;
  const content = joinContents(one.content, other.content);
  const fields = { content, ...(one.name !== undefined && { name: one.name }) };
  if (HumanMessage.isInstance(one)) return new HumanMessage(fields);
  if (SystemMessage.isInstance(one)) return new SystemMessage(fields);
  return AIMessage.isInstance(one) ? new AIMessage(fields) : undefined;
}

type Content = BaseMessage["content"];

function joinContents(one: Content, other: Content): Content {
  if (typeof one === "string" && typeof other === "string") return `${one}\n\n${other}`;
  return [...toBlocks(one), ...toBlocks(other)];
}

function toBlocks(content: Content): Exclude<Content, string> {
  return typeof content === "string" ? [{ type: "text", text: content }] : content;
}
