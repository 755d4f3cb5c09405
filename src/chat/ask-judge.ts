import { HumanMessage, SystemMessage } from "@langchain/core/messages";
import type { ChatModel, TokenCounter } from "../models/types.ts";
import type { ModelTokens } from "../usage/request-cost.ts";
import type { PromptFile } from "./prompts.ts";
import { readUsage } from "./read-usage.ts";

/** Two questions that may have one answer. */
export interface QuestionPair {
  /** The stored one. */
  readonly known: string;
  readonly asked: string;
}

/** What the model said, and what that took. */
export interface JudgeReply {
  /** False for anything but a plain yes. */
  readonly isSame: boolean;
  readonly call: ModelTokens;
  readonly estimated: boolean;
}

/** What asking leans on. */
export interface AskJudgeParts {
  /** A small one will do. */
  readonly model: ChatModel;
  readonly prompt: PromptFile;
  readonly counter: TokenCounter;
}

/** Asks a model whether two questions have the same answer; throws what the model throws. */
export type AskJudge = (pair: QuestionPair, signal: AbortSignal) => Promise<JudgeReply>;

/** One call for one pair. */
export function createAskJudge({ model, prompt, counter }: AskJudgeParts): AskJudge {
  return async (pair, signal) => {
    const asked = renderPair(pair);
    const judge = await model.withSampling({});
    const messages = [new SystemMessage(prompt.text), new HumanMessage(asked)];
    const reply = await judge.invoke(messages, { signal });
    const { tokens, estimated } = readUsage(reply, model.id, () => ({
      promptTokens: counter.countPrompt([prompt.text, asked]),
      completionTokens: counter.count(reply.text),
    }));
    return { isSame: saysSame(reply.text), call: tokens, estimated };
  };
}

/** As JSON strings, so that a question cannot pass for the end of itself. */
function renderPair({ known, asked }: QuestionPair): string {
  return `First question: ${JSON.stringify(known)}\nSecond question: ${JSON.stringify(asked)}`;
}

/** Only the word itself is a yes; a sentence about it is none. */
export function saysSame(reply: string): boolean {
  return /^[\s"'*`]*same[\s"'*`.!]*$/i.test(reply);
}
