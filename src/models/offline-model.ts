import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessage, AIMessageChunk, type BaseMessage } from "@langchain/core/messages";
import { ChatGenerationChunk, type ChatResult } from "@langchain/core/outputs";
import { detectLanguage } from "../language/detect-language.ts";
import { ASK_AGAIN, extractAnswer, NOT_SEARCHED, SMALL_TALK } from "./extract-answer.ts";
import { sayNotFound, saySmallTalk } from "./offline-phrases.ts";
import type { NumberedPassage } from "./read-passages.ts";
import { unfenceText } from "./passage-fence.ts";
import type { TokenCounter } from "./types.ts";
import { NO_MEANING, type WordMeaning } from "../language/match-words.ts";

/** Name of the offline model in replies and prices. */
export const OFFLINE_MODEL = "offline-extractive";

/** Words per streamed chunk. All words are available at once, and a chunk costs more time than a word. */
const FEW_WORDS = /(?:\S+\s*){1,6}/g;

/**
 * Quotes and cites sentences of the passages in its prompt. Needs no network and no API key: for trials and
 * tests, not a language model.
 * It reads the passages from the `<passage n="1" title="…">` blocks of the system message. The last human
 * message is the question. A short question is combined with the previous one.
 */
export class OfflineModel extends BaseChatModel {
  private readonly counter: TokenCounter;
  private readonly meaning: WordMeaning;

  constructor(counter: TokenCounter, meaning: WordMeaning = NO_MEANING) {
    super({ maxRetries: 0 });
    this.counter = counter;
    this.meaning = meaning;
  }

  override _llmType(): string {
    return OFFLINE_MODEL;
  }

  override async _generate(
    messages: BaseMessage[],
    options: this["ParsedCallOptions"],
  ): Promise<ChatResult> {
    options.signal?.throwIfAborted();
    const text = answer(messages, this.meaning);
    const fields = this.endFields(messages, text);
    return { generations: [{ text, message: new AIMessage({ content: text, ...fields }) }] };
  }

  override async *_streamResponseChunks(
    messages: BaseMessage[],
    options: this["ParsedCallOptions"],
  ): AsyncGenerator<ChatGenerationChunk> {
    const text = answer(messages, this.meaning);
    for (const words of text.match(FEW_WORDS) ?? []) {
      options.signal?.throwIfAborted();
      const message = new AIMessageChunk({ content: words });
      yield new ChatGenerationChunk({ text: words, message });
    }
    const message = new AIMessageChunk({ content: "", ...this.endFields(messages, text) });
    yield new ChatGenerationChunk({ text: "", message });
  }

  private endFields(messages: readonly BaseMessage[], text: string): object {
    const promptTokens = this.counter.countPrompt(messages.map((message) => message.text));
    const completionTokens = this.counter.count(text);
    return {
      response_metadata: { finish_reason: "stop", estimated: true },
      usage_metadata: {
        input_tokens: promptTokens,
        output_tokens: completionTokens,
        total_tokens: promptTokens + completionTokens,
      },
    };
  }
}

function answer(messages: readonly BaseMessage[], meaning: WordMeaning): string {
  const asked = messages.filter((message) => message.getType() === "human");
  const system = messages.find((message) => message.getType() === "system")?.text ?? "";
  if (system.includes(NOT_SEARCHED)) return ASK_AGAIN;
  const question = asked.at(-1)?.text ?? "";
  const before = asked.at(-2)?.text;
  const passages = readPassages(system);
  if (system.includes(SMALL_TALK))
    return saySmallTalk(detectLanguage(question), topicsOf(passages));
  // If the prompt has a history, a short question may be a follow-up.
  const found = extractAnswer(question, passages, isShort(question) ? before : undefined, meaning);
  return (
    found ??
    sayNotFound(languageOf(question), detectLanguage(passages.map(({ text }) => text).join("\n")))
  );
}

/** A few words may be of any language. */
function languageOf(question: string): string | undefined {
  return question.trim().split(/\s+/).length < FEWEST_WORDS && /^[\0-\x7f]*$/.test(question)
    ? undefined
    : detectLanguage(question);
}

/** The innermost headings of passages of different documents. */
function topicsOf(passages: readonly NumberedPassage[]): string[] {
  const topics = new Map<string, string>();
  for (const { title } of passages) {
    const [document = title] = title.split(" > ");
    if (!topics.has(document)) topics.set(document, title.split(" > ").at(-1) ?? title);
  }
  return [...topics.values()].slice(0, EXAMPLES);
}

const SHORT_QUESTION_WORDS = 6;
const FEWEST_WORDS = 3;
const EXAMPLES = 3;

function isShort(question: string): boolean {
  return question.split(/\s+/).length <= SHORT_QUESTION_WORDS;
}

function readPassages(system: string): NumberedPassage[] {
  return [...system.matchAll(/<passage n="(\d+)" title="([^"]*)">\n([\s\S]*?)\n<\/passage>/g)].map(
    ([, number, title, text]) => ({
      number: Number(number),
      title: unescapeAttribute(title ?? ""),
      text: unfenceText(text ?? ""),
    }),
  );
}

function unescapeAttribute(text: string): string {
  return text
    .replaceAll("&quot;", '"')
    .replaceAll("&gt;", ">")
    .replaceAll("&lt;", "<")
    .replaceAll("&amp;", "&");
}
