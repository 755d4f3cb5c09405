import { createHash } from "node:crypto";
import { HumanMessage, SystemMessage } from "@langchain/core/messages";
import type { ChatMessage } from "../history/types.ts";
import type { ChatModel, TokenCounter } from "../models/types.ts";
import type { ModelTokens } from "../usage/request-cost.ts";
import { askModel } from "./call-model.ts";
import { checkRewriting } from "./check-rewriting.ts";
import type { ReadText, ReadTextOf } from "./follow-up/read-text.ts";
import type { PromptFile } from "./prompts.ts";
import {
  type Conversation,
  type HeldBack,
  type Understanding,
  understandMessage,
} from "./understand/understand.ts";
import { LRUCache } from "lru-cache";

/** A question ready for the shared cache, or the reason why it is not. */
export interface ResolvedQuestion extends Pick<
  Understanding,
  "kind" | "heldBack" | "instructions"
> {
  readonly question: string;
  /** False if its words alone do not say what is asked. */
  readonly standsAlone: boolean;
  /** Usage of the rewriting call. Default: no call was needed. */
  readonly call?: ModelTokens | undefined;
  readonly estimated: boolean;
  /** True if the rewriting call failed. */
  readonly failed: boolean;
}

/**
 * Turns a message into a standalone question.
 *
 * @param mayAsk called before a model call; false leaves a follow-up as it is
 * @param tenant owner of the memory for readings and rewritings. Default: nothing is remembered
 */
export type ResolveQuestion = (
  message: string,
  conversation: Conversation,
  signal: AbortSignal,
  mayAsk?: () => Promise<boolean>,
  tenant?: string,
) => Promise<ResolvedQuestion>;

/** Dependencies of the resolution. */
export interface ResolveParts {
  /** Model for the rewriting; a small one is enough. */
  readonly model: ChatModel;
  readonly prompt: PromptFile;
  readonly counter: TokenCounter;
  readonly readTextOf: ReadTextOf;
  readonly memo: RewritingMemo;
  /** True: use only remembered rewritings, no model call. */
  readonly onlyRemembered?: boolean | undefined;
}

/**
 * Messages before the follow-up in the rewriting prompt. The window has fewer; a client's own history may have
 * more.
 */
const SHOWN_MESSAGES = 40;
/** Timeout of the rewriting call, in milliseconds: the answer waits for it. */
const TIMEOUT_MS = 10_000;

/** Reasons that a rewriting can resolve. */
const REWRITABLE: ReadonlySet<HeldBack> = new Set([
  "follow-up-not-resolved",
  "conversation-context",
] as const);

/**
 * A standalone question costs no model call. The model rewrites a follow-up, and a question that depends on the
 * conversation; the rewriting is remembered. If the model cannot rewrite, fails, or its rewriting is refused,
 * the message is left as it is and is answered within its conversation.
 */
export function createResolveQuestion(parts: ResolveParts): ResolveQuestion {
  const { model, readTextOf } = parts;
  return async (message, conversation, signal, mayAsk, tenant) => {
    const read = readTextOf(tenant);
    const understood = understandMessage(read(message), conversation);
    const { kind, heldBack, instructions, isComplete } = understood;
    const needsContext = heldBack !== undefined && REWRITABLE.has(heldBack);
    const asWritten = {
      question: message,
      kind,
      heldBack,
      instructions,
      estimated: false,
      failed: false,
      standsAlone: isComplete && !needsContext,
    };
    const { history } = conversation;
    if (!needsContext || history.length === 0 || !model.canRewrite) return asWritten;
    try {
      const asked = { history, message, signal, mayAsk, tenant, read };
      return { ...asWritten, ...(await rewrite(parts, asked)) };
    } catch (error) {
      if (signal.aborted) throw error;
      return { ...asWritten, failed: true };
    }
  };
}

/** The changes that a rewriting makes to the resolution. A refused one adds only its cost. */
async function rewrite(
  parts: ResolveParts,
  asked: {
    history: readonly ChatMessage[];
    message: string;
    signal: AbortSignal;
    mayAsk: (() => Promise<boolean>) | undefined;
    tenant: string | undefined;
    read: ReadText;
  },
): Promise<Partial<ResolvedQuestion>> {
  const { history, message, signal, tenant, read, mayAsk = () => Promise.resolve(true) } = asked;
  const { memo, onlyRemembered = false } = parts;
  const shown = history.slice(-SHOWN_MESSAGES);
  const key = memoKey(parts, tenant, shown, message);
  const known = await memo.get(key);
  if (known !== undefined) return { question: known, standsAlone: true, heldBack: undefined };
  if (onlyRemembered || !(await mayAsk())) return {};
  const { reply, call, estimated } = await askToRewrite(parts, shown, message, signal);
  const verdict = checkRewriting(reply, { message, history, read });
  if (verdict.kind === "refused") return { call, estimated };
  const { question } = verdict;
  // The full question may be private: "and the status?" becomes "what is my refund status?".
  const { heldBack } = understandMessage(read(question), { history: [] });
  if (heldBack !== undefined) return { call, estimated, heldBack };
  await memo.set(key, question);
  return { question, standsAlone: true, heldBack, call, estimated };
}

/** A rewriting is reused for the same words after the same conversation, by tenant, model and prompt. */
function memoKey(
  { model, prompt }: ResolveParts,
  tenant: string | undefined,
  history: readonly ChatMessage[],
  message: string,
): string {
  const said = history.map(({ role, content }) => [role, content]);
  const parts = [tenant ?? "", model.id, model.fingerprint, prompt.hash, said, message];
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
  const messages = [new SystemMessage(prompt.text), new HumanMessage(asked)];
  const runnable = await model.withSampling({});
  const call = { model, runnable, messages, counter, timeoutMs: TIMEOUT_MS, stopSignal: signal };
  const { text, tokens, estimated } = await askModel(call);
  return { reply: text, call: tokens, estimated };
}

/**
 * Remembers the rewritings of follow-ups. The key contains the words of the conversation, so the same follow-up
 * after the same words costs one call. Entries may be lost; never throws.
 */
export interface RewritingMemo {
  get(key: string): Promise<string | undefined>;
  set(key: string, question: string): Promise<void>;
}

const MAX_ENTRIES = 5_000;

/** Keeps the latest 5,000 rewritings in this process. */
export function createMemoryRewritingMemo(): RewritingMemo {
  const questions = new LRUCache<string, string>({ max: MAX_ENTRIES });
  return {
    async get(key) {
      return questions.get(key);
    },
    async set(key, question) {
      questions.set(key, question);
    },
  };
}
