import type { ChatMessage } from "./types.ts";
import { splitThinking } from "../models/split-thinking.ts";
import { mayHoldThinking } from "../models/thinking-marks.ts";

/** The last `maxMessages` of a conversation, oldest first. */
export function trimWindow(
  messages: readonly ChatMessage[],
  maxMessages: number,
): readonly ChatMessage[] {
  return messages.slice(Math.max(0, messages.length - maxMessages));
}

/**
 * A window as a prompt may hold it: trimming can cut a turn in two, and an answer whose question is
 * gone would mislead the model, so answers before the first question are left out.
 */
export function promptWindow(window: readonly ChatMessage[]): readonly ChatMessage[] {
  const firstQuestion = window.findIndex(({ role }) => role === "user");
  const asked = firstQuestion === -1 ? window.length : firstQuestion;
  return window.filter(({ role }, index) => index >= asked || role !== "assistant");
}

/** What stays when a turn that begins with `first` is said again: all, where it was not said before. */
export function withoutAnswered<Item>(
  window: readonly Item[],
  first: Item | undefined,
  isSame: (one: Item, other: Item) => boolean,
): readonly Item[] {
  const at = first === undefined ? -1 : window.findLastIndex((item) => isSame(item, first));
  return at === -1 ? window : window.slice(0, at);
}

/** What was said before a message was last asked; nothing where it never was. */
export function beforeAsked(
  history: readonly ChatMessage[],
  message: string,
): readonly ChatMessage[] {
  const asked = history.findLastIndex(
    ({ role, content }) => role === "user" && content.trim() === message,
  );
  return history.slice(0, Math.max(asked, 0));
}

/**
 * A conversation without what the model thought before its answers: clients and other programs write that
 * into the messages that they give back.
 */
export function withoutThinking(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  const isMeant = ({ role, content }: ChatMessage) =>
    role === "assistant" && mayHoldThinking(content);
  if (!messages.some(isMeant)) return messages;
  return messages.map((message) =>
    isMeant(message) ? { ...message, content: splitThinking(message.content).text } : message,
  );
}

/** A message of a transcript, as far as a window needs it. */
interface TranscriptLine extends ChatMessage {
  /** Of an answer. */
  readonly details: { readonly again?: boolean | undefined } | null;
}

/** The messages of a transcript that a window holds: an answer that was asked for again is there once. */
export function windowOf(transcript: readonly TranscriptLine[]): readonly ChatMessage[] {
  const isSame = (one: ChatMessage, other: ChatMessage) =>
    one.role === other.role && one.content === other.content;
  return transcript.reduce<readonly ChatMessage[]>((said, { role, content }, index) => {
    const message = { role, content };
    const again = role === "user" && transcript[index + 1]?.details?.again === true;
    return [...(again ? withoutAnswered(said, message, isSame) : said), message];
  }, []);
}
