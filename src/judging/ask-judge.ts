import { HumanMessage, SystemMessage } from "@langchain/core/messages";
import type { ChatModel, TokenCounter } from "../models/types.ts";
import type { ModelTokens } from "../usage/request-cost.ts";
import { askModel } from "../chat/call-model.ts";
import type { PromptFile } from "../chat/prompts.ts";

/** The judge's verdict and its usage. */
export interface JudgeReply {
  /** Undefined unless the reply is a clear yes or no. */
  readonly isSame: boolean | undefined;
  /** Probability (0..1) that they are the same; undefined if the judge returns only a word. */
  readonly probability?: number | undefined;
  readonly call: ModelTokens;
  readonly estimated: boolean;
}

/** Dependencies of the judge. */
export interface AskJudgeParts {
  /** A small model is sufficient. */
  readonly model: ChatModel;
  readonly prompt: PromptFile;
  readonly counter: TokenCounter;
}

/** A cached question and a similar new one. */
export interface QuestionPair {
  readonly stored: string;
  readonly asked: string;
}

/**
 * Asks whether the two things in a text are the same. Throws the error of the model or endpoint.
 *
 * @param questions the two questions, if the text is about questions
 */
export type AskJudge = (
  text: string,
  signal: AbortSignal,
  questions?: QuestionPair,
) => Promise<JudgeReply>;

/** A judge that makes one model call per text. */
export function createAskJudge({ model, prompt, counter }: AskJudgeParts): AskJudge {
  return async (text, signal) => {
    const runnable = await model.withSampling({});
    const messages = [new SystemMessage(prompt.text), new HumanMessage(text)];
    const { timeoutMs } = model;
    const call = { model, runnable, messages, counter, timeoutMs, stopSignal: signal };
    const reply = await askModel(call);
    return { isSame: readVerdict(reply.text), call: reply.tokens, estimated: reply.estimated };
  };
}

/** Renders each text as a JSON string on its own line, so that no text can fake its end. */
export function renderMaterial(named: Readonly<Record<string, string>>): string {
  return Object.entries(named)
    .map(([name, text]) => `${name}: ${JSON.stringify(text)}`)
    .join("\n");
}

/** Accepts only the bare word as verdict, not a sentence about it. */
export function readVerdict(reply: string): boolean | undefined {
  const word = /^[\s"'*`]*(same|different)[\s"'*`.!]*$/i.exec(reply)?.[1];
  return word === undefined ? undefined : word.toLowerCase() === "same";
}
