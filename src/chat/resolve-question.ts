import { createHash } from "node:crypto";
import { HumanMessage, SystemMessage } from "@langchain/core/messages";
import { LRUCache } from "lru-cache";
import type { ChatMessage } from "../history/types.ts";
import type { ChatModel, TokenCounter } from "../models/types.ts";
import type { ModelTokens } from "../usage/request-cost.ts";
import { recogniseFollowUp } from "./follow-up.ts";
import type { PromptFile } from "./prompts.ts";
import { readUsage } from "./read-usage.ts";

/** A question made fit for the shared cache, or why it is not. */
export interface ResolvedQuestion {
  readonly question: string;
  /** False: a follow-up that stays in its conversation. */
  readonly standsAlone: boolean;
  /** The model call that rewrote it; none when the words were enough or were remembered. */
  readonly call?: ModelTokens | undefined;
  readonly estimated: boolean;
  /** True when the model was asked and failed. */
  readonly failed: boolean;
}

/** Makes a standalone question of a message. */
export type ResolveQuestion = (
  message: string,
  history: readonly ChatMessage[],
  signal: AbortSignal,
) => Promise<ResolvedQuestion>;

/** Messages before the follow-up that the rewriting model is shown. */
const SHOWN_MESSAGES = 8;
/** Longest rewriting call, in milliseconds: the answer waits for it. */
const TIMEOUT_MS = 10_000;
const MEMO_ENTRIES = 5_000;
const MAX_QUESTION_CHARACTERS = 2_000;

/**
 * A self-contained question costs no model call. A follow-up is rewritten by the model, and the
 * rewriting remembered; with a model that cannot rewrite, or when it fails, the follow-up is left as
 * it is and does not stand alone.
 */
export function createResolveQuestion({
  model,
  prompt,
  counter,
}: {
  model: ChatModel;
  prompt: PromptFile;
  counter: TokenCounter;
}): ResolveQuestion {
  const memo = new LRUCache<string, string>({ max: MEMO_ENTRIES });

  return async (message, history, signal) => {
    if (recogniseFollowUp(message, history.length > 0).kind === "standalone") {
      return { question: message, standsAlone: true, estimated: false, failed: false };
    }
    const unresolved = { question: message, standsAlone: false, estimated: false };
    if (history.length === 0 || !model.canRewrite) return { ...unresolved, failed: false };
    const shown = history.slice(-SHOWN_MESSAGES);
    const key = memoKey(shown, message);
    const known = memo.get(key);
    if (known !== undefined) {
      return { question: known, standsAlone: true, estimated: false, failed: false };
    }
    try {
      const rewriting = await rewrite({ model, prompt, counter }, shown, message, signal);
      const { question, call, estimated } = rewriting;
      // A rewriting that still leans on the conversation would be served to the wrong people.
      const standsAlone = recogniseFollowUp(question, true).kind === "standalone";
      if (standsAlone) memo.set(key, question);
      return {
        question: standsAlone ? question : message,
        standsAlone,
        call,
        estimated,
        failed: false,
      };
    } catch (error) {
      if (signal.aborted) throw error;
      return { ...unresolved, failed: true };
    }
  };
}

function memoKey(history: readonly ChatMessage[], message: string): string {
  return createHash("sha256")
    .update(JSON.stringify([history, message]))
    .digest("hex");
}

async function rewrite(
  { model, prompt, counter }: { model: ChatModel; prompt: PromptFile; counter: TokenCounter },
  history: readonly ChatMessage[],
  message: string,
  signal: AbortSignal,
) {
  const conversation = history
    .map(({ role, content }) => `${role === "assistant" ? "Assistant" : "User"}: ${content}`)
    .join("\n");
  const asked = `Conversation:\n${conversation}\n\nLast message: ${message}`;
  const rewriter = await model.withSampling({});
  const reply = await rewriter.invoke([new SystemMessage(prompt.text), new HumanMessage(asked)], {
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
  });
  const question = reply.text.trim().slice(0, MAX_QUESTION_CHARACTERS);
  if (question === "") throw new Error("the model gave no question");
  const usage = readUsage(reply, model.id, () => ({
    promptTokens: counter.countPrompt([prompt.text, asked]),
    completionTokens: counter.count(reply.text),
  }));
  return { question, call: usage.tokens, estimated: usage.estimated };
}
