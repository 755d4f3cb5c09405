import { AIMessageChunk, type BaseMessage } from "@langchain/core/messages";
import type { RunnableConfig } from "@langchain/core/runnables";
import { RepriseError } from "../errors.ts";
import { readSaid } from "../models/openai-said.ts";
import { brokenOff, toModelError } from "../models/provider-errors.ts";
import type { ThinkingHabit } from "../models/thinking-state.ts";
import type { ChatModel, ModelRunnable, TokenCounter } from "../models/types.ts";
import { createYield } from "../operations/concurrency.ts";
import { eachUntilAborted, rejectOnAbort, startDeadline } from "../operations/with-deadline.ts";
import { visibleText } from "../visible-text.ts";
import type { ModelTokens } from "../usage/request-cost.ts";
import { AnswerChoice, type AnswerPart, type AnswerText } from "./answer-choice.ts";
import { readEnd, readFinishWord } from "./finish-reason.ts";
import { joinChunks } from "./join-chunks.ts";
import { fitRoles } from "./prompt-roles.ts";
import { readUsage, type OwnMeasure } from "./read-usage.ts";

/** How the output of one model call is read. */
export interface AnswerReading {
  readonly model: Pick<ChatModel, "id" | "settings" | "thinking" | "onUnknownEnd">;
  readonly counter: TokenCounter;
  /** Aborts the call; the partial output is kept. */
  readonly stopSignal: AbortSignal;
  /** Other input of the model, such as tools. Counted if the server reports no usage. */
  readonly countedText?: string | undefined;
  /**
   * Whether the call contains fields or messages of the client. If the server rejects them, the client gets its
   * error.
   */
  readonly handsOn?: boolean | undefined;
  /** Whether the client set the maximum length. If the server rejects it, the client gets its error. */
  readonly givesLimit?: boolean | undefined;
  /** Names of the offered tools. Default: none. */
  readonly offeredTools?: ReadonlySet<string> | undefined;
  /** Whether an empty text is a valid answer. Default: it is a failure. */
  readonly mayBeEmpty?: boolean | undefined;
}

/** One call of a model outside of the answer chain. */
export interface ModelCall extends AnswerReading {
  /** The model with the sampling and the tools of this call. */
  readonly runnable: ModelRunnable;
  readonly messages: readonly BaseMessage[];
  /** Timeout for the whole answer, in milliseconds. */
  readonly timeoutMs: number;
}

/** Result of a call. */
export type ModelAnswer = WholeAnswer | FailedAnswer;

interface AnswersOfCall extends AnswerText {
  /** The choices after the first one. */
  readonly others: readonly AnswerText[];
  /** True if the tokens were estimated. */
  readonly estimated: boolean;
}

/** A complete or stopped answer. */
export interface WholeAnswer extends AnswersOfCall {
  readonly tokens: ModelTokens;
  readonly failure: undefined;
}

/** The partial output of a failed call. */
export interface FailedAnswer extends AnswersOfCall {
  /** Undefined if the call produced nothing billable. */
  readonly tokens: ModelTokens | undefined;
  readonly failure: RepriseError;
}

/** Output so far. */
interface Progress {
  /** Usage and metadata of all chunks. */
  whole: AIMessageChunk | undefined;
  /** By index; the first choice always exists. */
  readonly choices: [AnswerChoice, ...AnswerChoice[]];
  /** In UTF-16 units, including thinking and tool arguments. */
  length: number;
}

/** Maximum length of an answer, in UTF-16 units. No model writes more, and it fits in memory. */
const MAX_LENGTH = 2_000_000;

function argumentsLength({ tool_call_chunks: calls = [] }: AIMessageChunk): number {
  return calls.reduce((sum, { args = "" }) => sum + args.length, 0);
}

function tooLong(): RepriseError {
  const message = `The model's answer has more than ${MAX_LENGTH.toLocaleString("en")} characters.`;
  return new RepriseError("model_failed", message);
}

/**
 * Streams one answer. A failure does not throw: the result contains it, with the partial output. A stop is not a
 * failure.
 */
export async function* streamModel(call: ModelCall): AsyncGenerator<AnswerPart, ModelAnswer> {
  const messages = fitRoles(call.messages);
  const deadline = startDeadline(call.timeoutMs, call.stopSignal);
  const { signal } = deadline;
  try {
    const chunks = streamChunks(call.runnable, messages, { signal });
    return yield* readAnswer(chunks, call, { signal, messages: () => messages });
  } finally {
    deadline.clear();
  }
}

/** The chunks of a model until the signal is aborted, even if the model ignores it. */
export async function* streamChunks(
  runnable: ModelRunnable,
  messages: BaseMessage[],
  config: RunnableConfig & { signal: AbortSignal },
): AsyncGenerator<AIMessageChunk> {
  const { signal } = config;
  const chunks = await rejectOnAbort(runnable.stream(messages, config), signal);
  yield* eachUntilAborted(chunks, signal);
}

/**
 * Reads a model's chunks as one answer. An error of the chunks does not throw: the result contains it.
 *
 * @param messages returns the messages of the call, to count them if the server reports no usage
 */
export async function* readAnswer(
  chunks: AsyncIterable<AIMessageChunk>,
  call: AnswerReading,
  { signal, messages }: { signal: AbortSignal; messages: () => readonly BaseMessage[] },
): AsyncGenerator<AnswerPart, ModelAnswer> {
  const { model, stopSignal } = call;
  const habit: ThinkingHabit = model.thinking ?? { template: "unknown" };
  const first = new AnswerChoice(0, habit, call.offeredTools);
  const progress: Progress = { whole: undefined, choices: [first], length: 0 };
  const breathe = createYield();
  let failure: RepriseError | undefined;
  try {
    for await (const chunk of chunks) {
      yield* readChunk(progress, chunk, habit, call);
      await breathe();
    }
    signal.throwIfAborted();
  } catch (error) {
    failure = readFailure(error, progress, call, signal);
  }
  const hasEnded = failure === undefined && !stopSignal.aborted;
  for (const choice of progress.choices) yield* choice.finish(hasEnded);
  failure ??= stopSignal.aborted ? undefined : judgeEnd(progress, call);
  return toAnswer(call, messages(), progress, failure);
}

/** A stop is not a failure. */
function readFailure(
  error: unknown,
  { whole }: Progress,
  { model, stopSignal, handsOn, givesLimit }: AnswerReading,
  signal: AbortSignal,
): RepriseError | undefined {
  if (stopSignal.aborted) return undefined;
  const { settings } = model;
  const hasBegun = whole !== undefined;
  return toModelError(error, { signal, hasBegun, settings, handsOn, givesLimit });
}

/**
 * Requests one whole text, which may be empty.
 *
 * @throws RepriseError if the model fails; the stop signal's reason if it is aborted
 */
export async function askModel(call: ModelCall): Promise<WholeAnswer> {
  const parts = streamModel({ ...call, mayBeEmpty: true });
  let next = await parts.next();
  while (next.done !== true) next = await parts.next();
  const answer = next.value;
  call.stopSignal.throwIfAborted();
  if (answer.failure !== undefined) throw answer.failure;
  return answer;
}

/** Returns the parts of a chunk and records its finish reason. */
function readChunk(
  progress: Progress,
  chunk: AIMessageChunk,
  habit: ThinkingHabit,
  { model, offeredTools }: AnswerReading,
): AnswerPart[] {
  progress.whole = joinChunks(progress.whole, withoutSaid(chunk));
  const choice = choiceOf(progress, chunk, habit, offeredTools);
  const word = readFinishWord(chunk);
  if (word !== undefined) {
    const end = readEnd(word);
    if (end === "unknown") model.onUnknownEnd?.(word);
    // Some servers send `stop` again in a last, empty chunk after `length`: the first other word counts.
    if (choice.end === "unknown" || (choice.end === "stop" && end !== "unknown")) choice.end = end;
  }
  const { content, reasoning, refusal } = readSaid({
    ...chunk.additional_kwargs,
    content: chunk.content,
  });
  const said = content.length + reasoning.length + refusal.length;
  // An empty piece counts too, so that endless empty chunks end the call.
  progress.length += 1 + said + argumentsLength(chunk);
  if (progress.length > MAX_LENGTH) throw tooLong();
  const text = choice.takeSaid({ content, reasoning, refusal });
  const calls = choice.takeCalls(chunk);
  checkCalls(calls, offeredTools);
  return [...text, ...calls, ...choice.takeLogprobs(chunk)];
}

/** Nobody could run a tool that was not offered. */
function notOffered(name: string): RepriseError {
  const shown = JSON.stringify(visibleText(name).slice(0, 100));
  const message = `The model called the tool ${shown}, which the request does not offer; try again.`;
  return new RepriseError("model_failed", message);
}

/** @throws RepriseError `model_failed` for a call of a tool that was not offered */
function checkCalls(parts: readonly AnswerPart[], offered?: ReadonlySet<string>): void {
  for (const part of parts) {
    if (part.kind !== "call" || part.name === undefined) continue;
    if (offered?.has(part.name) !== true) throw notOffered(part.name);
  }
}

/** Maximum choices that a server may return; OpenAI's limit. */
const MAX_CHOICES = 128;

/** The choice that a chunk belongs to. */
function choiceOf(
  { choices }: Progress,
  { response_metadata: metadata }: AIMessageChunk,
  habit: ThinkingHabit,
  offered: ReadonlySet<string> | undefined,
): AnswerChoice {
  const named = metadata["completion"];
  const isPlace = typeof named === "number" && Number.isInteger(named) && named >= 0;
  const index = isPlace && named < MAX_CHOICES ? named : 0;
  while (choices.length <= index) choices.push(new AnswerChoice(choices.length, habit, offered));
  return choices[index] ?? choices[0];
}

/** Keeps only what is merged over the chunks of all choices: usage and server metadata. */
function withoutSaid(chunk: AIMessageChunk): AIMessageChunk {
  const { logprobs: _, completion: __, prompt: ___, ...metadata } = chunk.response_metadata;
  const { usage_metadata: usage } = chunk;
  return new AIMessageChunk({
    content: "",
    response_metadata: metadata,
    ...(usage !== undefined && { usage_metadata: usage }),
  });
}

/** Detects a failure at the end: the server reports one, a tool was not offered, or the answer is empty. */
function judgeEnd(
  { choices }: Progress,
  { mayBeEmpty = false }: AnswerReading,
): RepriseError | undefined {
  if (choices.some(({ end }) => end === "failed")) {
    return brokenOff(new Error("the server ended its answer as failed"));
  }
  const unknown = choices.map((choice) => choice.notOffered).find((name) => name !== undefined);
  if (unknown !== undefined) return notOffered(unknown);
  const isEnd = choices.every(({ end }) => end !== "length" && end !== "content_filter");
  if (mayBeEmpty || !isEnd || choices.some((choice) => !choice.isSilent)) return undefined;
  return new RepriseError("model_failed", "The model gave an empty answer; try again.");
}

function toAnswer(
  { model, counter, stopSignal, countedText = "" }: AnswerReading,
  messages: readonly BaseMessage[],
  { whole, choices }: Progress,
  failure: RepriseError | undefined,
): ModelAnswer {
  const own = measureTexts(messages, countedText, choices, counter);
  const usage = readUsage(whole, model.id, own);
  const { tokens, estimated } = usage;
  const isCut = failure !== undefined || stopSignal.aborted;
  const [first, ...others] = choices;
  const answer = {
    ...first.result(isCut),
    others: others.map((choice) => choice.result(isCut)),
  };
  if (failure === undefined) return { ...answer, tokens, estimated, failure };
  // A call without output is free unless the server reports usage.
  const isFree = own.completionBytes === 0 && estimated;
  return {
    ...answer,
    tokens: isFree ? undefined : tokens,
    estimated: !isFree && estimated,
    failure,
  };
}

/** Sizes of prompt and answers, against which the server's usage is checked. */
function measureTexts(
  messages: readonly BaseMessage[],
  countedText: string,
  choices: readonly AnswerChoice[],
  counter: TokenCounter,
): OwnMeasure {
  const prompt = messages.map((message) => message.text).concat(countedText);
  const answer = choices.map(({ said }) => said.answer).join("");
  const thinking = choices.map(({ said }) => said.thinking).join("");
  return {
    promptBytes: prompt.reduce((sum, text) => sum + Buffer.byteLength(text), 0),
    completionBytes: Buffer.byteLength(answer + thinking),
    answerBytes: Buffer.byteLength(answer),
    hasMedia: messages.some(({ content }) => typeof content !== "string" && content.some(isMedia)),
    countPrompt: () => counter.countPrompt(prompt),
    countAnswer: () => counter.count(answer),
    countCompletion: () => counter.count(answer + thinking),
  };
}

const isMedia = ({ type }: { readonly type: string }): boolean => type !== "text";
