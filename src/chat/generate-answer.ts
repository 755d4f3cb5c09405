import { ChatPromptTemplate, MessagesPlaceholder } from "@langchain/core/prompts";
import type { RunnableConfig } from "@langchain/core/runnables";
import { passageText } from "../knowledge/passage-text.ts";
import { promptWindow } from "../history/context-window.ts";
import type { ChatMessage } from "../history/types.ts";
import type { RetrievedPassage } from "../knowledge/types.ts";
import { NOT_SEARCHED, SMALL_TALK } from "../models/extract-answer.ts";
import { fenceText } from "../models/passage-fence.ts";
import { toModelError } from "../models/provider-errors.ts";
import type { ChatModel, Sampling, TokenCounter } from "../models/types.ts";
import type { AnswerPart } from "./answer-choice.ts";
import { streamModel, type ModelAnswer } from "./call-model.ts";
import { toPromptMessages } from "./client-messages.ts";
import {
  offeredTools,
  passThroughText,
  shortenConversation,
  type ClientMessage,
  type PassThrough,
} from "./pass-through.ts";
import type { PromptFile } from "./prompts.ts";

/** Contents of an answer's prompt. */
export interface AnswerPrompt {
  /** The standalone question. */
  readonly question: string;
  /** Empty if the question needs none. */
  readonly history: readonly ChatMessage[];
  /** In the order of their numbers in the prompt, from 1. */
  readonly passages: readonly RetrievedPassage[];
  /** False if the documents could not be searched: an empty list then does not mean that they have no answer. */
  readonly searched: boolean;
  /** True for greetings, thanks and questions about the assistant. */
  readonly isSmallTalk?: boolean | undefined;
  /** Profile of the user, as JSON. */
  readonly profile?: string | undefined;
  readonly instructions?: string | undefined;
  readonly locale?: string | undefined;
  readonly sampling?: Sampling | undefined;
  /** True: a prompt that is too long is not retried with a shorter history. */
  readonly keepsHistory?: boolean | undefined;
  readonly passThrough?: PassThrough | undefined;
  /** The client's own messages; replace history and question. */
  readonly conversation?: readonly ClientMessage[] | undefined;
}

/** Dependencies of the generation. */
interface GenerateParts {
  readonly model: ChatModel;
  readonly prompt: PromptFile;
  readonly counter: TokenCounter;
  /** LangChain config of the runs, such as callbacks. Default: none. */
  readonly config?: RunnableConfig | undefined;
}

/**
 * Prompt -> model -> stream. Yields the answer in parts and returns the whole. If `stopSignal` is aborted or the
 * model fails, returns the partial output. Retries a prompt that is too long for the model with a shorter
 * history.
 */
export async function* generateAnswer(
  { model, prompt, counter, config }: GenerateParts,
  input: AnswerPrompt,
  stopSignal: AbortSignal,
): AsyncGenerator<AnswerPart, ModelAnswer> {
  const template = ChatPromptTemplate.fromMessages(
    [["system", prompt.text], new MessagesPlaceholder("conversation")],
    { templateFormat: "mustache" },
  );
  const begun = performance.now();
  const handedOn = handOn(input);
  let prompted: AnswerPrompt | undefined = input;
  while (true) {
    const runnable = await openModel(model, input);
    const prompting = await template.invoke(toTemplateValues(prompted), config);
    const messages = prompting.toChatMessages();
    const timeoutMs = Math.max(1, model.timeoutMs - (performance.now() - begun));
    const call = { model, runnable, messages, counter, timeoutMs, stopSignal, config, ...handedOn };
    const generation = yield* streamModel(call);
    if (generation.failure?.code !== "context_too_long") return generation;
    const shorter = shorten(prompted);
    if (shorter === undefined) return generation;
    prompted = shorter;
  }
}

/** Options of the model call for the client's own fields. */
function handOn({ passThrough, sampling }: AnswerPrompt) {
  const givesLimit = sampling?.maxTokens !== undefined;
  if (passThrough === undefined) return { givesLimit };
  return {
    givesLimit,
    handsOn: true,
    countedText: passThroughText(passThrough),
    offeredTools: offeredTools(passThrough),
  };
}

async function openModel(model: ChatModel, { sampling = {}, passThrough }: AnswerPrompt) {
  try {
    return await model.withSampling(sampling, passThrough?.fields);
  } catch (error) {
    throw toModelError(error);
  }
}

/** Keeps the newer half of the history, beginning with a question. Undefined without history. */
function shorten(input: AnswerPrompt): AnswerPrompt | undefined {
  const { conversation, history, keepsHistory } = input;
  if (keepsHistory === true) return undefined;
  if (conversation !== undefined) {
    const shorter = shortenConversation(conversation);
    return shorter && { ...input, conversation: shorter };
  }
  if (history.length === 0) return undefined;
  return { ...input, history: promptWindow(history.slice(Math.ceil(history.length / 2))) };
}

function toTemplateValues(input: AnswerPrompt) {
  return {
    conversation:
      input.conversation === undefined
        ? [...input.history.map(toTuple), ["human", input.question]]
        : toPromptMessages(input.conversation),
    passages: renderMaterial(input),
    instructions: renderInstructions(input),
    locale: input.locale === undefined ? "" : ` (the reader's locale is ${input.locale})`,
  };
}

function toTuple({ role, content }: ChatMessage): [string, string] {
  return [role === "assistant" ? "ai" : role === "user" ? "human" : "system", content];
}

function renderInstructions({ instructions, profile }: AnswerPrompt): string {
  const known =
    profile === undefined
      ? ""
      : `\nWhat is known of the person who asks is true as the passages are, and is not cited:\n${profile}\n`;
  return instructions === undefined ? known : `\n${instructions}\n${known}`;
}

function renderMaterial({ searched, isSmallTalk, passages }: AnswerPrompt): string {
  if (!searched) return NOT_SEARCHED;
  const rendered = renderPassages(passages);
  return isSmallTalk === true ? `${SMALL_TALK}\n${rendered}` : rendered;
}

function renderPassages(passages: readonly RetrievedPassage[]): string {
  if (passages.length === 0) return "There are no passages for this question.";
  return passages
    .map(({ passage }, index) => {
      const title = escapeAttribute([passage.title, ...passage.headings].join(" > "));
      return `<passage n="${index + 1}" title="${title}">\n${fenceText(passageText(passage))}\n</passage>`;
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
