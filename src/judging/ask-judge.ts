import { HumanMessage, SystemMessage } from "@langchain/core/messages";
import type { ChatModel, TokenCounter } from "../models/types.ts";
import type { ModelTokens } from "../usage/request-cost.ts";
import { askModel } from "../chat/call-model.ts";
import type { PromptFile } from "../chat/prompts.ts";

/** What the model said, and what that took. */
export interface JudgeReply {
  /** Undefined for anything but a clear yes or no. */
  readonly isSame: boolean | undefined;
  /** That they are the same, 0..1, where it says one; left out where it says a word only. */
  readonly probability?: number | undefined;
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

/** A stored question, and the one that came near it. */
export interface QuestionPair {
  readonly stored: string;
  readonly asked: string;
}

/**
 * Asks whether what stands in a text is the same; throws what the model or endpoint throws.
 *
 * @param questions where the text is about two questions: these
 */
export type AskJudge = (
  text: string,
  signal: AbortSignal,
  questions?: QuestionPair,
) => Promise<JudgeReply>;

/** One call for one text. */
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

/** As JSON strings, a line each, so that no text can pass for the end of itself. */
export function renderMaterial(named: Readonly<Record<string, string>>): string {
  return Object.entries(named)
    .map(([name, text]) => `${name}: ${JSON.stringify(text)}`)
    .join("\n");
}

/** Only the word itself is a verdict; a sentence about it is none. */
export function readVerdict(reply: string): boolean | undefined {
  const word = /^[\s"'*`]*(same|different)[\s"'*`.!]*$/i.exec(reply)?.[1];
  return word === undefined ? undefined : word.toLowerCase() === "same";
}
