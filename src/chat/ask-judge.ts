import { HumanMessage, SystemMessage } from "@langchain/core/messages";
import type { ChatModel, TokenCounter } from "../models/types.ts";
import type { ModelTokens } from "../usage/request-cost.ts";
import type { PromptFile } from "./prompts.ts";
import { readUsage } from "./read-usage.ts";

/** What the model said, and what that took. */
export interface JudgeReply {
  /** Undefined for anything but the one word or the other. */
  readonly isSame: boolean | undefined;
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

/** Asks a model whether what stands in a text is the same; throws what the model throws. */
export type AskJudge = (text: string, signal: AbortSignal) => Promise<JudgeReply>;

/** One call for one text. */
export function createAskJudge({ model, prompt, counter }: AskJudgeParts): AskJudge {
  return async (text, signal) => {
    const judge = await model.withSampling({});
    const messages = [new SystemMessage(prompt.text), new HumanMessage(text)];
    const reply = await judge.invoke(messages, { signal });
    const { tokens, estimated } = readUsage(reply, model.id, () => ({
      promptTokens: counter.countPrompt([prompt.text, text]),
      completionTokens: counter.count(reply.text),
    }));
    return { isSame: readVerdict(reply.text), call: tokens, estimated };
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
