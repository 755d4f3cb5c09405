import type { AIMessageChunk } from "@langchain/core/messages";
import { ChatPromptTemplate, MessagesPlaceholder } from "@langchain/core/prompts";
import type { ChatMessage } from "../history/types.ts";
import type { RetrievedPassage } from "../knowledge/types.ts";
import { NOT_SEARCHED } from "../models/extract-answer.ts";
import { toModelError } from "../models/provider-errors.ts";
import type { ChatModel, Sampling, TokenCounter } from "../models/types.ts";
import type { ModelTokens } from "../usage/request-cost.ts";
import { readFinishReason } from "./finish-reason.ts";
import { joinChunks } from "./join-chunks.ts";
import type { PromptFile } from "./prompts.ts";
import { readUsage } from "./read-usage.ts";
import type { FinishReason } from "./types.ts";

/** What goes into one answer's prompt. */
export interface AnswerPrompt {
  /** Standalone. */
  readonly question: string;
  /** Empty when the question needs none. */
  readonly history: readonly ChatMessage[];
  /** In the order of their numbers, from 1. */
  readonly passages: readonly RetrievedPassage[];
  /** False when the documents could not be searched: then no passage says nothing about them. */
  readonly searched: boolean;
  /** What is known of the person who asks, as JSON. */
  readonly profile?: string | undefined;
  readonly instructions?: string | undefined;
  readonly locale?: string | undefined;
  readonly sampling?: Sampling | undefined;
}

/** What a model call came to. */
export interface Generation {
  readonly text: string;
  readonly finishReason: FinishReason;
  readonly tokens: ModelTokens;
  /** True when the provider sent no usage. */
  readonly estimated: boolean;
}

/**
 * Prompt -> model -> stream, as a LangChain pipeline. Yields the text as it comes and returns the
 * whole. When `stopSignal` is aborted it returns the part that came, as `stopped`.
 *
 * @throws RepriseError `model_failed` or `model_timeout`
 */
export async function* generateAnswer(
  { model, prompt, counter }: { model: ChatModel; prompt: PromptFile; counter: TokenCounter },
  input: AnswerPrompt,
  stopSignal: AbortSignal,
): AsyncGenerator<string, Generation> {
  const template = ChatPromptTemplate.fromMessages(
    [["system", prompt.text], new MessagesPlaceholder("history"), ["human", "{{question}}"]],
    { templateFormat: "mustache" },
  );
  const values = toTemplateValues(input);
  const signal = AbortSignal.any([stopSignal, AbortSignal.timeout(model.timeoutMs)]);
  let whole: AIMessageChunk | undefined;
  let text = "";
  let finishReason: FinishReason = "unknown";
  try {
    const pipeline = template.pipe(await model.withSampling(input.sampling ?? {}));
    for await (const chunk of await pipeline.stream(values, { signal })) {
      whole = joinChunks(whole, chunk);
      finishReason = readFinishReason(chunk) ?? finishReason;
      if (chunk.text === "") continue;
      text += chunk.text;
      yield chunk.text;
    }
    signal.throwIfAborted();
  } catch (error) {
    if (!stopSignal.aborted) throw toModelError(error, signal);
    finishReason = "stopped";
  }
  const messages = await template.formatMessages(values);
  const usage = readUsage(whole, model.id, () => ({
    promptTokens: counter.countPrompt(messages.map((message) => message.text)),
    completionTokens: counter.count(text),
  }));
  return { text, finishReason, ...usage };
}

function toTemplateValues(input: AnswerPrompt) {
  return {
    question: input.question,
    history: input.history.map(({ role, content }): [string, string] => [
      role === "assistant" ? "ai" : role === "user" ? "human" : "system",
      content,
    ]),
    passages: input.searched ? renderPassages(input.passages) : NOT_SEARCHED,
    instructions: renderInstructions(input),
    locale: input.locale === undefined ? "" : ` (the reader's locale is ${input.locale})`,
  };
}

function renderInstructions({ instructions, profile }: AnswerPrompt): string {
  const known =
    profile === undefined
      ? ""
      : `\nWhat is known of the person who asks is true as the passages are, and is not cited:\n${profile}\n`;
  return instructions === undefined ? known : `\n${instructions}\n${known}`;
}

function renderPassages(passages: readonly RetrievedPassage[]): string {
  if (passages.length === 0) return "There are no passages for this question.";
  return passages
    .map(({ passage }, index) => {
      const title = escapeAttribute([passage.title, ...passage.headings].join(" > "));
      const text = passage.text.replaceAll("</passage>", "<\\/passage>");
      return `<passage n="${index + 1}" title="${title}">\n${text}\n</passage>`;
    })
    .join("\n");
}

function escapeAttribute(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
