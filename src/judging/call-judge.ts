import type { Clock } from "../operations/types.ts";
import { runWithin, type DegradedPart } from "../operations/with-deadline.ts";
import type { EndedTurn } from "../transcripts/types.ts";
import type { Budget } from "../usage/budget.ts";
import type { PriceList } from "../usage/prices.ts";
import { priceRequest, type ModelTokens } from "../usage/request-cost.ts";
import type { LedgerEntry, NanoUsd } from "../usage/types.ts";
import type { AskJudge, JudgeReply, QuestionPair } from "./ask-judge.ts";

/** Timeout of a call, in milliseconds. */
const TIMEOUT_MS = 10_000;
/**
 * Estimated tokens of a call, for the budget: the prompt file, and the verdict with possible
 * reasoning.
 */
const PROMPT_TOKENS = 300;
const REPLY_TOKENS = 500;
const CHARACTERS_PER_TOKEN = 2;

/** Dependencies of a judge call. */
export interface JudgeCallParts {
  readonly ask: AskJudge;
  /** Name of the model, as in the price list. */
  readonly model: string;
  readonly budget: Budget;
  readonly prices: PriceList;
  readonly recordTurn: (turn: EndedTurn) => Promise<void>;
  readonly onFailure: (part: DegradedPart, error: unknown) => void;
  readonly now: Clock;
}

/** One call of the judge. */
export interface JudgeCall {
  readonly text: string;
  /** The two questions, if the text is about questions. */
  readonly questions?: QuestionPair | undefined;
  /** The identifying fields of its ledger row. */
  readonly row: Pick<LedgerEntry, "id" | "tenant" | "conversationId" | "userId" | "status">;
  /** Aborts the call. */
  readonly signal: AbortSignal;
  /**
   * Called with the reply. True: the request that waited for it pays the call in its own ledger
   * row, so the call gets none. Undefined: no request waited.
   */
  readonly isPaidByRequest?: ((reply: JudgeReply) => boolean) | undefined;
}

/** A verdict and its cost. */
export interface PaidVerdict extends Pick<JudgeReply, "isSame"> {
  /** Its ledger row, or what it would be if a request paid for it. */
  readonly accounted: LedgerEntry;
}

/**
 * Calls the judge once, within the tenant's daily budget. The cost is booked in the ledger and the
 * budget; if that fails, the failure is reported and the verdict still counts.
 *
 * @returns undefined if the budget is used up
 * @throws the error of the model or budget; `LateError` after 10 s
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
  const settle = (cost: NanoUsd) => reportFailure(budget.settle({ tenant, hold, cost }), onFailure);
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
        reportFailure(recordTurn({ entry: accounted, text: null }), onFailure),
      ]);
    }
    return { isSame: reply.isSame, accounted };
  } catch (error) {
    await settle(0n);
    throw error;
  }
}

async function reportFailure(
  writing: Promise<void>,
  onFailure: JudgeCallParts["onFailure"],
): Promise<void> {
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
  const promptTokens = PROMPT_TOKENS + Math.ceil(text.length / CHARACTERS_PER_TOKEN);
  const call = { model, promptTokens, cachedPromptTokens: 0, completionTokens: REPLY_TOKENS };
  return priceCall(call, prices).totalNanoUsd;
}

function priceCall(call: ModelTokens, prices: PriceList) {
  return priceRequest({ calls: [call], embedding: { model: "", tokens: 0 } }, prices);
}
