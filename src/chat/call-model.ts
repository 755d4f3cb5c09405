import { AIMessageChunk, type BaseMessage } from "@langchain/core/messages";
import type { RunnableConfig } from "@langchain/core/runnables";
import { RepriseError } from "../errors.ts";
import { readSaid } from "../models/openai-chunks.ts";
import { brokenOff, toModelError } from "../models/provider-errors.ts";
import type { ThinkingHabit } from "../models/thinking-state.ts";
import type { ChatModel, ModelRunnable, TokenCounter } from "../models/types.ts";
import { createYield } from "../operations/turnstile.ts";
import { eachUntilAborted, rejectOnAbort, startDeadline } from "../operations/with-deadline.ts";
import { visibleText } from "../visible-text.ts";
import type { ModelTokens } from "../usage/request-cost.ts";
import { AnswerChoice, type AnswerPart, type AnswerText } from "./answer-choice.ts";
import { readEnd, readFinishWord } from "./finish-reason.ts";
import { joinChunks } from "./join-chunks.ts";
import { fitRoles } from "./prompt-roles.ts";
import { readUsage } from "./read-usage.ts";

/** One call of a model. */
export interface ModelCall {
  readonly model: Pick<ChatModel, "id" | "settings" | "thinking" | "onUnknownEnd">;
  /** The model as it samples for this call, with its tools where it has some. */
  readonly runnable: ModelRunnable;
  readonly messages: readonly BaseMessage[];
  readonly counter: TokenCounter;
  /** Longest time to the last word, in milliseconds. */
  readonly timeoutMs: number;
  /** Ends the call; the part that came is kept. */
  readonly stopSignal: AbortSignal;
  /** What the model reads beside the messages, such as tools: counted where the server counts nothing. */
  readonly countedText?: string | undefined;
  /** Whether fields and messages of the client are in it, so that a refusal of them is told to the client. */
  readonly handsOn?: boolean | undefined;
  /** Whether the client said how long the answer may be: a refusal of that is told to the client. */
  readonly givesLimit?: boolean | undefined;
  /** Names of the tools that the model may call; none: it may call none. */
  readonly offeredTools?: ReadonlySet<string> | undefined;
  /** What the model is run with beside its signal: who is told of its run. */
  readonly config?: RunnableConfig | undefined;
  /** Whether no text is an answer too; by default it is a failure. */
  readonly mayBeEmpty?: boolean | undefined;
}

/** What a call came to. */
export type ModelAnswer = WholeAnswer | FailedAnswer;

interface AnswersOfCall extends AnswerText {
  /** Those after the first one, where several were asked for. */
  readonly others: readonly AnswerText[];
  /** True when the tokens were counted here. */
  readonly estimated: boolean;
}

/** An answer that ended by itself, or was stopped. */
export interface WholeAnswer extends AnswersOfCall {
  readonly tokens: ModelTokens;
  readonly failure: undefined;
}

/** The part of an answer that came. */
export interface FailedAnswer extends AnswersOfCall {
  /** Undefined: nothing came that could cost anything. */
  readonly tokens: ModelTokens | undefined;
  readonly failure: RepriseError;
}

/** What came so far. */
interface Progress {
  /** Usage and metadata of all chunks. */
  whole: AIMessageChunk | undefined;
  /** By their places; the first one is always there. */
  readonly choices: [AnswerChoice, ...AnswerChoice[]];
  /** In UTF-16 units, thoughts and arguments of tools included. */
  length: number;
}

/** Longest answer, in UTF-16 units: more than any model gives, and little enough to be held and sent. */
const MAX_LENGTH = 2_000_000;

function argumentsLength({ tool_call_chunks: calls = [] }: AIMessageChunk): number {
  return calls.reduce((sum, { args = "" }) => sum + args.length, 0);
}

function tooLong(): RepriseError {
  const message = `The model's answer has more than ${MAX_LENGTH.toLocaleString("en")} characters.`;
  return new RepriseError("model_failed", message);
}

/**
 * Streams one answer. A failure does not throw: it is in the answer, with the part that came. A stop is
 * none.
 */
export async function* streamModel(call: ModelCall): AsyncGenerator<AnswerPart, ModelAnswer> {
  const { model, runnable, stopSignal, timeoutMs } = call;
  const messages = fitRoles(call.messages);
  const habit: ThinkingHabit = model.thinking ?? { template: "unknown" };
  const progress: Progress = { whole: undefined, choices: [new AnswerChoice(0, habit)], length: 0 };
  const deadline = startDeadline(timeoutMs, stopSignal);
  const breathe = createYield();
  const { signal } = deadline;
  let failure: RepriseError | undefined;
  try {
    const chunks = await rejectOnAbort(
      runnable.stream(messages, { ...call.config, signal }),
      signal,
    );
    for await (const chunk of eachUntilAborted(chunks, signal)) {
      yield* readChunk(progress, chunk, habit, call);
      await breathe();
    }
    signal.throwIfAborted();
  } catch (error) {
    failure = readFailure(error, progress, call, signal);
  } finally {
    deadline.clear();
  }
  const hasEnded = failure === undefined && !stopSignal.aborted;
  for (const choice of progress.choices) yield* choice.finish(hasEnded);
  failure ??= stopSignal.aborted ? undefined : judgeEnd(progress, call);
  return toAnswer(call, messages, progress, failure);
}

/** A stop is no failure. */
function readFailure(
  error: unknown,
  { whole }: Progress,
  { model, stopSignal, handsOn, givesLimit }: ModelCall,
  signal: AbortSignal,
): RepriseError | undefined {
  if (stopSignal.aborted) return undefined;
  const { settings } = model;
  const hasBegun = whole !== undefined;
  return toModelError(error, { signal, hasBegun, settings, handsOn, givesLimit });
}

/**
 * Asks for one whole text, which may be empty.
 *
 * @throws RepriseError when the model fails, the stop signal's reason when it is aborted
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

/** A chunk's parts: what it says, and what it says of the end. */
function readChunk(
  progress: Progress,
  chunk: AIMessageChunk,
  habit: ThinkingHabit,
  { model, offeredTools }: ModelCall,
): AnswerPart[] {
  checkCalls(chunk, offeredTools);
  progress.whole = joinChunks(progress.whole, withoutSaid(chunk));
  const choice = choiceOf(progress, chunk, habit);
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
  // Each piece counts a little, also where it says nothing.
  progress.length += 1 + said + argumentsLength(chunk);
  if (progress.length > MAX_LENGTH) throw tooLong();
  return [
    ...choice.takeSaid({ content, reasoning, refusal }),
    ...choice.takeCalls(chunk),
    ...choice.takeLogprobs(chunk),
  ];
}

/**
 * Nobody could run the call of a tool that was not offered.
 *
 * @throws RepriseError `model_failed`
 */
function checkCalls(
  { tool_call_chunks: calls = [] }: AIMessageChunk,
  offered?: ReadonlySet<string>,
) {
  const unknown = calls.find(({ name = "" }) => name !== "" && offered?.has(name) !== true);
  if (unknown?.name === undefined) return;
  const name = JSON.stringify(visibleText(unknown.name).slice(0, 100));
  const message = `The model called the tool ${name}, which the request does not offer; try again.`;
  throw new RepriseError("model_failed", message);
}

/** Answers that a server may give to one call; OpenAI's limit. */
const MAX_CHOICES = 128;

/** The answer that a chunk belongs to. */
function choiceOf(
  { choices }: Progress,
  { response_metadata: metadata }: AIMessageChunk,
  habit: ThinkingHabit,
): AnswerChoice {
  const named = metadata["completion"];
  const isPlace = typeof named === "number" && Number.isInteger(named) && named >= 0;
  const index = isPlace && named < MAX_CHOICES ? named : 0;
  while (choices.length <= index) choices.push(new AnswerChoice(choices.length, habit));
  return choices[index] ?? choices[0];
}

/** What is added up of the chunks of several answers at once: usage, and what the server says of itself. */
function withoutSaid(chunk: AIMessageChunk): AIMessageChunk {
  const { logprobs: _, completion: __, prompt: ___, ...metadata } = chunk.response_metadata;
  const { usage_metadata: usage } = chunk;
  return new AIMessageChunk({
    content: "",
    response_metadata: metadata,
    ...(usage !== undefined && { usage_metadata: usage }),
  });
}

/** An end that is none: the server says that it failed, or that it has ended and has said nothing. */
function judgeEnd(
  { choices }: Progress,
  { mayBeEmpty = false }: ModelCall,
): RepriseError | undefined {
  if (choices.some(({ end }) => end === "failed")) {
    return brokenOff(new Error("the server ended its answer as failed"));
  }
  const isEnd = choices.every(({ end }) => end !== "length" && end !== "content_filter");
  if (mayBeEmpty || !isEnd || choices.some((choice) => !choice.isSilent)) return undefined;
  return new RepriseError("model_failed", "The model gave an empty answer; try again.");
}

function toAnswer(
  { model, counter, stopSignal, countedText = "" }: ModelCall,
  messages: readonly BaseMessage[],
  { whole, choices }: Progress,
  failure: RepriseError | undefined,
): ModelAnswer {
  const said = choices.map((choice) => choice.said).join("");
  const usage = readUsage(whole, model.id, () => ({
    promptTokens: counter.countPrompt(messages.map((message) => message.text).concat(countedText)),
    completionTokens: counter.count(said),
  }));
  const { tokens, estimated } = usage;
  const isCut = failure !== undefined || stopSignal.aborted;
  const [first, ...others] = choices;
  const answer = {
    ...first.result(isCut),
    others: others.map((choice) => choice.result(isCut)),
  };
  if (failure === undefined) return { ...answer, tokens, estimated, failure };
  // What never came is not charged, but for what the server says that it charges.
  const isFree = said === "" && estimated;
  return {
    ...answer,
    tokens: isFree ? undefined : tokens,
    estimated: !isFree && estimated,
    failure,
  };
}
