import type { RunnableConfig } from "@langchain/core/runnables";
import type { ErrorCode } from "../errors.ts";
import { splitOpening } from "../history/context-window.ts";
import { KnowledgeRetriever } from "../knowledge/knowledge-retriever.ts";
import type { RetrievedPassage } from "../knowledge/types.ts";
import { toModelError } from "../models/provider-errors.ts";
import type { ChatModel, Sampling, TokenCounter } from "../models/types.ts";
import { startDeadline } from "../operations/with-deadline.ts";
import { AnswerRun, type AnswerChain, type AnswerPrompt } from "./answer-chain.ts";
import type { AnswerPart } from "./answer-choice.ts";
import type { ModelAnswer } from "./call-model.ts";
import {
  offeredTools,
  passThroughText,
  shortenConversation,
  withoutEarlierFiles,
  type PassThrough,
} from "./pass-through.ts";

/** What an answer is generated from. */
export interface AnswerRequest extends AnswerPrompt {
  /** In the order of their numbers in the prompt, from 1. Undefined if the documents could not be searched. */
  readonly passages: readonly RetrievedPassage[] | undefined;
  readonly sampling?: Sampling | undefined;
  /** True: a prompt that is too long is not retried with a shorter history. */
  readonly keepsHistory?: boolean | undefined;
  readonly passThrough?: PassThrough | undefined;
}

/** Dependencies of the generation. */
interface GenerateParts {
  readonly chain: AnswerChain;
  readonly model: ChatModel;
  readonly counter: TokenCounter;
  /** LangChain config of the run, such as callbacks. Default: none. */
  readonly config?: RunnableConfig | undefined;
}

/**
 * Runs the answer chain. Yields the answer in parts and returns the whole. If `stopSignal` is aborted or the
 * model fails, returns the partial output. Retries a prompt that is too long for the model with a shorter
 * history, and a refused one without the images and files of earlier messages.
 */
export async function* generateAnswer(
  parts: GenerateParts,
  request: AnswerRequest,
  stopSignal: AbortSignal,
): AsyncGenerator<AnswerPart, ModelAnswer> {
  const { model } = parts;
  const begun = performance.now();
  const runnable = await openModel(model, request);
  let prompted: AnswerRequest | undefined = request;
  while (true) {
    const timeoutMs = Math.max(1, model.timeoutMs - (performance.now() - begun));
    const deadline = startDeadline(timeoutMs, stopSignal);
    const run = beginRun(parts, request, { runnable, signal: deadline.signal, stopSignal });
    let answer: ModelAnswer;
    try {
      answer = yield* streamChain(parts, prompted, run);
    } finally {
      deadline.clear();
    }
    const next = nextAttempt(prompted, answer);
    if (next === undefined) return answer;
    prompted = next;
  }
}

/** Whether the client got a part of the answer already: then it cannot begin anew. */
function hasSaid({ text, thinking, refusal, toolCalls }: ModelAnswer): boolean {
  return text !== "" || thinking !== "" || refusal !== undefined || toolCalls.length > 0;
}

async function openModel(model: ChatModel, { sampling = {}, passThrough }: AnswerRequest) {
  try {
    return await model.withSampling(sampling, passThrough?.fields);
  } catch (error) {
    throw toModelError(error);
  }
}

type OpenedModel = Awaited<ReturnType<typeof openModel>>;

/** Settings of one run: the passages that were found before, and how the model's output is read. */
function beginRun(
  { model, counter }: GenerateParts,
  { passages, sampling, passThrough }: AnswerRequest,
  call: { runnable: OpenedModel; signal: AbortSignal; stopSignal: AbortSignal },
): AnswerRun {
  const { runnable, signal, stopSignal } = call;
  const givesLimit = sampling?.maxTokens !== undefined;
  const handedOn = passThrough && {
    handsOn: true,
    countedText: passThroughText(passThrough),
    offeredTools: offeredTools(passThrough),
  };
  return new AnswerRun({
    retriever: passages && new KnowledgeRetriever(async () => passages),
    model: runnable,
    reading: { model, counter, stopSignal, givesLimit, ...handedOn },
    signal,
  });
}

async function* streamChain(
  { chain, config }: GenerateParts,
  { question, isSmallTalk, history, profile, instructions, locale, conversation }: AnswerRequest,
  run: AnswerRun,
): AsyncGenerator<AnswerPart, ModelAnswer> {
  const prompt = { question, isSmallTalk, history, profile, instructions, locale, conversation };
  let whole: ModelAnswer | undefined;
  // The run has the abort signal, not the config: LangChain would discard the partial output.
  const chunks = await chain.stream(prompt, { ...config, configurable: { run } });
  for await (const { parts, answer } of chunks) {
    yield* parts;
    whole = answer;
  }
  if (whole === undefined) throw new TypeError("the answer chain ended without an answer");
  return whole;
}

/** How a server that cannot read images or files fails. */
const MAY_BE_FILES: ReadonlySet<ErrorCode> = new Set([
  "invalid_request",
  "model_refused_request",
  "model_failed",
] as const);

/** The request to try after a failure; undefined if the failure is final. */
function nextAttempt(request: AnswerRequest, answer: ModelAnswer): AnswerRequest | undefined {
  const { failure } = answer;
  if (failure === undefined || hasSaid(answer)) return undefined;
  if (failure.code === "context_too_long") return shorten(request);
  if (request.conversation === undefined || !MAY_BE_FILES.has(failure.code)) return undefined;
  const conversation = withoutEarlierFiles(request.conversation);
  return conversation && { ...request, conversation };
}

/** Keeps the newer half of the history, beginning with a question. Undefined without history. */
function shorten(request: AnswerRequest): AnswerRequest | undefined {
  const { conversation, history, keepsHistory } = request;
  if (keepsHistory === true) return undefined;
  if (conversation !== undefined) {
    const shorter = shortenConversation(conversation);
    return shorter && { ...request, conversation: shorter };
  }
  if (history.length === 0) return undefined;
  return { ...request, history: splitOpening(history.slice(Math.ceil(history.length / 2))).said };
}
