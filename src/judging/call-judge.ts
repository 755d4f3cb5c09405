import type { Clock } from "../operations/types.ts";
import { runWithin } from "../operations/with-deadline.ts";
import type { EndedTurn } from "../transcripts/types.ts";
import type { Budget } from "../usage/budget.ts";
import type { PriceList } from "../usage/prices.ts";
import { priceRequest, type ModelTokens } from "../usage/request-cost.ts";
import type { LedgerEntry, NanoUsd } from "../usage/types.ts";
import type { AskJudge, JudgeReply, QuestionPair } from "./ask-judge.ts";
import type { DegradedPart } from "../chat/types.ts";

/** Longest call, in milliseconds. */
const TIMEOUT_MS = 10_000;
/** Of one call, for the budget: the prompt file, and the word with what a model may think before it. */
const PROMPT_TOKENS = 300;
const REPLY_TOKENS = 500;
const CHARACTERS_A_TOKEN = 2;

/** What a call leans on. */
export interface JudgeCallParts {
  readonly ask: AskJudge;
  /** The model that is asked, in the price list. */
  readonly model: string;
  readonly budget: Budget;
  readonly prices: PriceList;
  readonly recordTurn: (turn: EndedTurn) => Promise<void>;
  readonly onFailure: (part: DegradedPart, error: unknown) => void;
  readonly now: Clock;
}

/** One question to the judge. */
export interface JudgeCall {
  readonly text: string;
  /** Where it is about two questions: these. */
  readonly questions?: QuestionPair | undefined;
  /** Whose row in the ledger it is. */
  readonly row: Pick<LedgerEntry, "id" | "tenant" | "conversationId" | "userId" | "status">;
  /** Gives the call up. */
  readonly signal: AbortSignal;
  /**
   * Asked when the reply is there. True: the request that waited for it pays the call with its own row, so
   * that there is none apart. Left out: nobody waited.
   */
  readonly isPaidByRequest?: ((reply: JudgeReply) => boolean) | undefined;
}

/** A verdict that was paid for. */
export interface PaidVerdict extends Pick<JudgeReply, "isSame"> {
  /** Its row in the ledger, or what it would be where a request has paid. */
  readonly accounted: LedgerEntry;
}

/**
 * Asks the judge once, within the tenant's budget of the day. What it costs is in the ledger and in that
 * budget; where these cannot be written, that is told and the verdict stands.
 *
 * @returns undefined where the budget has no room
 * @throws what the model or the budget throws; `LateError` after 10 s
 */
export async function callJudge(
  call: JudgeCall,
  parts: JudgeCallParts,
): Promise<PaidVerdict | undefined> {
  const { budget, recordTurn, onFailure } = parts;
  const { tenant } = call.row;
  const verdict = await budget.hold({ tenant, estimate: estimate(call, parts) });
  if (verdict.kind === "refused") return undefined;
  const hold = verdict.hold === "" ? undefined : verdict.hold;
  const settle = (cost: NanoUsd) => tell(budget.settle({ tenant, hold, cost }), onFailure);
  try {
    const begun = performance.now();
    const reply = await runWithin(TIMEOUT_MS, call.signal, (signal) =>
      parts.ask(call.text, signal, call.questions),
    );
    const accounted = toLedgerEntry(call, reply, performance.now() - begun, parts);
    if (call.isPaidByRequest?.(reply) === true) await settle(0n);
    else {
      await Promise.all([
        settle(accounted.cost.totalNanoUsd),
        tell(recordTurn({ entry: accounted, text: null }), onFailure),
      ]);
    }
    return { isSame: reply.isSame, accounted };
  } catch (error) {
    await settle(0n);
    throw error;
  }
}

async function tell(writing: Promise<void>, onFailure: JudgeCallParts["onFailure"]): Promise<void> {
  await writing.catch((error: unknown) => onFailure("judge", error));
}

function toLedgerEntry(
  { row }: JudgeCall,
  { call, estimated }: JudgeReply,
  totalMs: number,
  { prices, now }: JudgeCallParts,
): LedgerEntry {
  return {
    ...row,
    createdAt: now(),
    tier: null,
    finishReason: "stop",
    usage: {
      ...call,
      totalTokens: call.promptTokens + call.completionTokens,
      embeddingTokens: 0,
      estimated,
    },
    saved: { promptTokens: 0, completionTokens: 0 },
    cost: priceCall(call, prices),
    totalMs,
  };
}

function estimate({ text }: JudgeCall, { model, prices }: JudgeCallParts): NanoUsd {
  const promptTokens = PROMPT_TOKENS + Math.ceil(text.length / CHARACTERS_A_TOKEN);
  const call = { model, promptTokens, cachedPromptTokens: 0, completionTokens: REPLY_TOKENS };
  return priceCall(call, prices).totalNanoUsd;
}

function priceCall(call: ModelTokens, prices: PriceList) {
  return priceRequest({ calls: [call], embedding: { model: "", tokens: 0 } }, prices);
}
