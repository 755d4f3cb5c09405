import { createHash } from "node:crypto";
import { HumanMessage, SystemMessage } from "@langchain/core/messages";
import type { ChatMessage } from "../history/types.ts";
import type { ChatModel, TokenCounter } from "../models/types.ts";
import type { ModelTokens } from "../usage/request-cost.ts";
import { checkRewriting } from "./check-rewriting.ts";
import { recogniseFollowUp } from "./follow-up.ts";
import type { Lexicon } from "./follow-up/lexicon.ts";
import { keepsToItself, type PrivateKind } from "./keeps-to-itself.ts";
import type { PromptFile } from "./prompts.ts";
import { readUsage } from "./read-usage.ts";
import type { RewritingMemo } from "./rewriting-memo.ts";

/** A question made fit for the shared cache, or why it is not. */
export interface ResolvedQuestion {
  readonly question: string;
  /** False: it stays in its conversation. */
  readonly standsAlone: boolean;
  /** Set for what is nobody else's business; see `keepsToItself`. */
  readonly privateKind?: PrivateKind | undefined;
  /** The model call that rewrote it; none when the words were enough or were remembered. */
  readonly call?: ModelTokens | undefined;
  readonly estimated: boolean;
  /** True when the model was asked and failed. */
  readonly failed: boolean;
}

/**
 * Makes a standalone question of a message.
 *
 * @param mayAsk asked before a model call; false leaves a follow-up as it is
 */
export type ResolveQuestion = (
  message: string,
  history: readonly ChatMessage[],
  signal: AbortSignal,
  mayAsk?: () => Promise<boolean>,
) => Promise<ResolvedQuestion>;

/** What resolving leans on. */
export interface ResolveParts {
  /** The model that rewrites; a small one will do. */
  readonly model: ChatModel;
  readonly prompt: PromptFile;
  readonly counter: TokenCounter;
  readonly lexicons: readonly Lexicon[];
  readonly memo: RewritingMemo;
  /** True: only what is remembered, no model call. */
  readonly onlyRemembered?: boolean | undefined;
}

/** Messages before the follow-up that the rewriting model is shown. */
const SHOWN_MESSAGES = 8;
/** Longest rewriting call, in milliseconds: the answer waits for it. */
const TIMEOUT_MS = 10_000;

/**
 * A self-contained question costs no model call. A follow-up is rewritten by the model, and the
 * rewriting remembered; with a model that cannot rewrite, when it fails, or when its rewriting is
 * refused, the follow-up is left as it is and does not stand alone.
 */
export function createResolveQuestion(parts: ResolveParts): ResolveQuestion {
  const { model, lexicons } = parts;
  return async (message, history, signal, mayAsk) => {
    const asWritten = { question: message, estimated: false, failed: false };
    const privateKind = keepsToItself(message, lexicons);
    if (privateKind === "small-talk") return { ...asWritten, standsAlone: false, privateKind };
    const complete = recogniseFollowUp(message, history, lexicons).kind === "standalone";
    if (complete || privateKind !== undefined) {
      return { ...asWritten, standsAlone: complete, privateKind };
    }
    const unresolved = { ...asWritten, standsAlone: false };
    if (history.length === 0 || !model.canRewrite) return unresolved;
    try {
      return { ...unresolved, ...(await rewrite(parts, { history, message, signal, mayAsk })) };
    } catch (error) {
      if (signal.aborted) throw error;
      return { ...unresolved, failed: true };
    }
  };
}

/** What a rewriting changes about a follow-up: nothing but its price when it is refused. */
async function rewrite(
  parts: ResolveParts,
  asked: {
    history: readonly ChatMessage[];
    message: string;
    signal: AbortSignal;
    mayAsk: (() => Promise<boolean>) | undefined;
  },
): Promise<Partial<ResolvedQuestion>> {
  const { history, message, signal, mayAsk = () => Promise.resolve(true) } = asked;
  const { lexicons, memo, onlyRemembered = false } = parts;
  const shown = history.slice(-SHOWN_MESSAGES);
  const key = memoKey(parts, shown, message);
  const known = await memo.get(key);
  if (known !== undefined) return { question: known, standsAlone: true };
  if (onlyRemembered || !(await mayAsk())) return {};
  const { reply, call, estimated } = await askToRewrite(parts, shown, message, signal);
  const verdict = checkRewriting(reply, { message, history: shown, lexicons });
  if (verdict.kind === "refused") return { call, estimated };
  const { question } = verdict;
  // Rewritten in full, it may show what the follow-up hid: "and the status?", "what is my refund status?".
  const privateKind = keepsToItself(question, lexicons);
  if (privateKind !== undefined) return { call, estimated, privateKind };
  await memo.set(key, question);
  return { question, standsAlone: true, call, estimated };
}

/** A rewriting holds for the same words after the same words, by the same model and prompt. */
function memoKey(
  { model, prompt }: ResolveParts,
  history: readonly ChatMessage[],
  message: string,
): string {
  const said = history.map(({ role, content }) => [role, content]);
  const parts = [model.id, model.fingerprint, prompt.hash, said, message];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

async function askToRewrite(
  { model, prompt, counter }: ResolveParts,
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
  const usage = readUsage(reply, model.id, () => ({
    promptTokens: counter.countPrompt([prompt.text, asked]),
    completionTokens: counter.count(reply.text),
  }));
  return { reply: reply.text, call: usage.tokens, estimated: usage.estimated };
}
