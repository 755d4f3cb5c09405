import { BaseListChatMessageHistory } from "@langchain/core/chat_history";
import { AIMessage, HumanMessage, SystemMessage, type BaseMessage } from "@langchain/core/messages";
import type { ChatHistory, ChatMessage, ConversationKey } from "./types.ts";

/**
 * Exposes the window of one conversation as a LangChain chat history. Messages added together form
 * one turn. Only the texts of user, assistant and system messages are kept.
 */
export class ConversationHistory extends BaseListChatMessageHistory {
  override lc_namespace = ["reprise", "history"];
  private readonly history: ChatHistory;
  private readonly key: ConversationKey;

  constructor(history: ChatHistory, key: ConversationKey) {
    super();
    this.history = history;
    this.key = key;
  }

  override async getMessages(): Promise<BaseMessage[]> {
    return (await this.history.read(this.key)).map(toLangChain);
  }

  override async addMessage(message: BaseMessage): Promise<void> {
    await this.addMessages([message]);
  }

  override async addMessages(messages: BaseMessage[]): Promise<void> {
    await this.history.append(this.key, messages.flatMap(fromLangChain));
  }

  override async clear(): Promise<void> {
    await this.history.remove(this.key);
  }
}

function toLangChain({ role, content }: ChatMessage): BaseMessage {
  switch (role) {
    case "user":
      return new HumanMessage(content);
    case "assistant":
      return new AIMessage(content);
    case "system":
      return new SystemMessage(content);
  }
}

const ROLES = new Map<string, ChatMessage["role"]>([
  ["human", "user"],
  ["ai", "assistant"],
  ["system", "system"],
]);

function fromLangChain(message: BaseMessage): ChatMessage[] {
  const role = ROLES.get(message.getType());
  return role === undefined ? [] : [{ role, content: message.text }];
}
