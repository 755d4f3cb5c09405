import { AIMessage, HumanMessage, SystemMessage, type BaseMessage } from "@langchain/core/messages";
import type { AIMessageChunk } from "@langchain/core/messages";
import type { ChatPromptValueInterface } from "@langchain/core/prompt_values";
import { ChatPromptTemplate, MessagesPlaceholder } from "@langchain/core/prompts";
import {
  Runnable,
  RunnableLambda,
  RunnableSequence,
  type RunnableConfig,
} from "@langchain/core/runnables";
import type { ChatMessage } from "../history/types.ts";
import type { KnowledgeRetriever, PassageDocument } from "../knowledge/knowledge-retriever.ts";
import { NOT_SEARCHED, SMALL_TALK } from "../models/extract-answer.ts";
import { fenceText } from "../models/passage-fence.ts";
import type { ModelRunnable } from "../models/types.ts";
import type { AnswerPart } from "./answer-choice.ts";
import { readAnswer, streamChunks, type AnswerReading, type ModelAnswer } from "./call-model.ts";
import { toPromptMessages } from "./client-messages.ts";
import type { ClientMessage } from "./pass-through.ts";
import { fitRoles } from "./prompt-roles.ts";
import type { PromptFile, Prompts } from "./prompts.ts";

/** Input of the chain. The retriever adds the passages. */
export interface AnswerPrompt {
  /** The standalone question. */
  readonly question: string;
  /** Empty if the question needs none. */
  readonly history: readonly ChatMessage[];
  /** True for greetings, thanks and questions about the assistant. */
  readonly isSmallTalk?: boolean | undefined;
  /** Profile of the user, as JSON. */
  readonly profile?: string | undefined;
  readonly instructions?: string | undefined;
  readonly locale?: string | undefined;
  /** The client's own messages; replace history and question. */
  readonly conversation?: readonly ClientMessage[] | undefined;
}

/** Settings of one run of the chain. */
interface AnswerRunOptions {
  /** Undefined if the documents could not be searched, or need not be. */
  readonly retriever: KnowledgeRetriever | undefined;
  /** The model with the sampling and the tools of the request. */
  readonly model: ModelRunnable;
  /** How its output is read. */
  readonly reading: AnswerReading;
  /** Aborted by a stop, or at the time limit. */
  readonly signal: AbortSignal;
}

/** What one run of the chain uses besides its input: LangChain's `configurable.run`. */
export class AnswerRun {
  readonly options: AnswerRunOptions;
  /** Messages that the model received, for counting. */
  messages: readonly BaseMessage[] = [];

  constructor(options: AnswerRunOptions) {
    this.options = options;
  }

  /** @throws TypeError if the config has none */
  static of(config: RunnableConfig | undefined): AnswerRun {
    const run: unknown = config?.configurable?.["run"];
    if (run instanceof AnswerRun) return run;
    throw new TypeError("the answer chain needs an AnswerRun as `configurable.run`");
  }
}

/** Output of the chain: parts of the answer, and with the last chunk the whole. */
export interface AnswerChunk {
  readonly parts: readonly AnswerPart[];
  readonly answer?: ModelAnswer | undefined;
}

/** retriever -> prompt -> model -> parser. */
export type AnswerChain = Runnable<AnswerPrompt, AnswerChunk>;

/** The answer chain of each prompt. */
export interface AnswerChains {
  readonly answer: AnswerChain;
  /** For tasks on a text, without documents. */
  readonly task: AnswerChain;
}

/**
 * Composes the chains, once for all questions. `configurable.run` has what differs between questions. A failure of
 * the model does not throw: the last chunk has it, with the partial output.
 */
export function createAnswerChains({
  answer,
  task,
}: Pick<Prompts, "answer" | "task">): AnswerChains {
  return { answer: createAnswerChain(answer), task: createAnswerChain(task) };
}

function createAnswerChain({ text }: PromptFile): AnswerChain {
  const prompt = ChatPromptTemplate.fromMessages(
    [["system", text], new MessagesPlaceholder("conversation")],
    { templateFormat: "mustache" },
  );
  return RunnableSequence.from<AnswerPrompt, AnswerChunk>([
    RunnableLambda.from(fillPrompt).withConfig({ runName: "fill-prompt" }),
    prompt,
    new RequestedModel(),
    new AnswerParser(),
  ]).withConfig({ runName: "answer-chain" });
}

/** Retrieves, and returns the values of the prompt's placeholders. */
async function fillPrompt(input: AnswerPrompt, config: RunnableConfig) {
  const { retriever } = AnswerRun.of(config).options;
  const documents = await retriever?.invoke(input.question, { ...config, runName: "retrieve" });
  // Without a question there was nothing to search for.
  const isUnsearched = documents === undefined && input.question !== "";
  return {
    conversation:
      input.conversation === undefined
        ? [...input.history.map(toMessage), new HumanMessage(input.question)]
        : toPromptMessages(input.conversation),
    passages: isUnsearched ? NOT_SEARCHED : renderMaterial(input, documents ?? []),
    instructions: renderInstructions(input),
    locale: input.locale === undefined ? "" : ` (the reader's locale is ${input.locale})`,
  };
}

function toMessage({ role, content }: ChatMessage): BaseMessage {
  if (role === "user") return new HumanMessage(content);
  return role === "assistant" ? new AIMessage(content) : new SystemMessage(content);
}

/**
 * The model of the request. A class, because the chunks of a `RunnableLambda` are merged for its trace, which
 * takes quadratic time for long tool calls.
 */
class RequestedModel extends Runnable<ChatPromptValueInterface, AIMessageChunk> {
  override lc_namespace = ["reprise", "chat"];

  override async *_streamIterator(
    prompt: ChatPromptValueInterface,
    config?: RunnableConfig,
  ): AsyncGenerator<AIMessageChunk> {
    const run = AnswerRun.of(config);
    const { model, signal } = run.options;
    const messages = fitRoles(prompt.toChatMessages());
    run.messages = messages;
    const { callbacks } = config ?? {};
    yield* streamChunks(model, messages, { ...(callbacks && { callbacks }), signal });
  }

  override async invoke(
    prompt: ChatPromptValueInterface,
    config?: RunnableConfig,
  ): Promise<AIMessageChunk> {
    const run = AnswerRun.of(config);
    const { model, signal } = run.options;
    const messages = fitRoles(prompt.toChatMessages());
    run.messages = messages;
    return model.invoke(messages, { ...config, signal });
  }
}

/** Reads the model's chunks as an answer: thinking, tool calls, refusal, finish reason, usage. */
class AnswerParser extends Runnable<AIMessageChunk, AnswerChunk> {
  override lc_namespace = ["reprise", "chat"];

  override async *transform(
    chunks: AsyncGenerator<AIMessageChunk>,
    config: RunnableConfig,
  ): AsyncGenerator<AnswerChunk> {
    const run = AnswerRun.of(config);
    const { reading, signal } = run.options;
    const parts = readAnswer(chunks, reading, { signal, messages: () => run.messages });
    let next = await parts.next();
    while (next.done !== true) {
      yield { parts: [next.value] };
      next = await parts.next();
    }
    yield { parts: [], answer: next.value };
  }

  override async invoke(
    message: AIMessageChunk,
    config: RunnableConfig = {},
  ): Promise<AnswerChunk> {
    const parts: AnswerPart[] = [];
    let answer: ModelAnswer | undefined;
    for await (const chunk of this.transform(oneOf(message), config)) {
      parts.push(...chunk.parts);
      answer = chunk.answer;
    }
    return { parts, answer };
  }
}

async function* oneOf<Item>(item: Item): AsyncGenerator<Item> {
  yield item;
}

function renderInstructions({ instructions, profile }: AnswerPrompt): string {
  const known =
    profile === undefined
      ? ""
      : `\nFacts about the person who asks. Treat them as true, like the passages, and do not cite them:\n${profile}\n`;
  return instructions === undefined ? known : `\n${instructions}\n${known}`;
}

function renderMaterial(
  { isSmallTalk }: AnswerPrompt,
  documents: readonly PassageDocument[],
): string {
  const rendered = renderPassages(documents);
  return isSmallTalk === true ? `${SMALL_TALK}\n${rendered}` : rendered;
}

function renderPassages(documents: readonly PassageDocument[]): string {
  if (documents.length === 0) return "There are no passages for this question.";
  return documents
    .map(({ pageContent, metadata }, index) => {
      const title = escapeAttribute([metadata.title, ...metadata.headings].join(" > "));
      return `<passage n="${index + 1}" title="${title}">\n${fenceText(pageContent)}\n</passage>`;
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
