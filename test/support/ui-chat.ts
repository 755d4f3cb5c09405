import {
  AbstractChat,
  DefaultChatTransport,
  type ChatInit,
  type ChatState,
  type UIMessage,
} from "ai";

/** `metadata` of Reprise's messages. */
export interface RepriseMetadata {
  conversation_id: string;
  cache: { status: string; tier: string | null; kind: string };
  cost: { total: string; saved: string };
  saved: { total_tokens: number };
  usage: { total_tokens: number };
}

export type RepriseMessage = UIMessage<RepriseMetadata>;

/** The state that React or Svelte would hold. */
class PlainState implements ChatState<RepriseMessage> {
  status: ChatState<RepriseMessage>["status"] = "ready";
  error: Error | undefined;
  messages: RepriseMessage[];

  constructor(messages: RepriseMessage[]) {
    this.messages = messages;
  }
  pushMessage = (message: RepriseMessage) => void (this.messages = [...this.messages, message]);
  popMessage = () => void (this.messages = this.messages.slice(0, -1));
  replaceMessage = (index: number, message: RepriseMessage) =>
    void (this.messages = this.messages.with(index, this.snapshot(message)));
  snapshot = <Value>(value: Value): Value => structuredClone(value);
}

/** The AI SDK's chat, as in `useChat`, without a framework. */
export class PlainChat extends AbstractChat<RepriseMessage> {
  constructor({ messages = [], ...init }: ChatInit<RepriseMessage>) {
    super({ ...init, state: new PlainState(messages) });
  }

  /** The text of the last message. */
  get text(): string {
    return textOf(this.lastMessage);
  }

  get metadata(): RepriseMetadata | undefined {
    return this.lastMessage?.metadata;
  }
}

export function textOf(message: RepriseMessage | undefined): string {
  return (message?.parts ?? []).map((part) => (part.type === "text" ? part.text : "")).join("");
}

type TransportOptions = NonNullable<
  ConstructorParameters<typeof DefaultChatTransport<RepriseMessage>>[0]
>;

export function uiTransport(url: string, options: TransportOptions = {}) {
  return new DefaultChatTransport<RepriseMessage>({ api: `${url}/v1/ui/chat`, ...options });
}
