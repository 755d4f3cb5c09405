import { LRUCache } from "lru-cache";
import { answerId } from "../cache/normalise-question.ts";
import type { AnswerEntry, AnswerStore } from "../cache/types.ts";
import type { DegradedPart } from "./types.ts";
import type { Clock } from "../operations/types.ts";
import type { EndedTurn } from "../transcripts/types.ts";
import type { Budget } from "../usage/budget.ts";
import type { PriceList } from "../usage/prices.ts";
import { priceRequest, type ModelTokens } from "../usage/request-cost.ts";
import type { LedgerEntry, NanoUsd } from "../usage/types.ts";
import type { AskJudge, JudgeReply } from "./ask-judge.ts";
import type { Turn } from "./turn.ts";

/** Judgements under way at once; more wait. */
const MAX_UNDER_WAY = 2;
/** Pairs that wait; more are left unjudged until they come again. */
const MAX_WAITING = 100;
/** Longer questions are not judged, in UTF-16 units: each is paid for. */
const MAX_QUESTION = 2_000;
/** Longest call, in milliseconds. */
const TIMEOUT_MS = 10_000;
/** A pair whose judging failed is left alone for so long, in milliseconds. */
const RETRY_MS = 10 * 60 * 1000;
const REMEMBERED_PAIRS = 10_000;
/** Of one call, for the budget: the prompt file, and the word with what a model may think before it. */
const PROMPT_TOKENS = 300;
const REPLY_TOKENS = 500;
const CHARACTERS_A_TOKEN = 2;

/** Asks a model about questions that were nearly served a stored answer, after their reply. */
export interface Judge {
  /** Takes the turn's doubtful entry, if it has one; returns at once and never throws. */
  consider(turn: JudgedTurn): void;
  /** Gives up what waits and what is under way. */
  close(): Promise<void>;
}

/** A judgement that was paid for. */
export interface Judged {
  /** Its row in the ledger. */
  readonly accounted: LedgerEntry;
  /** The message that was asked. */
  readonly messageId: string;
  /** The stored answer it came near. */
  readonly entryId: string;
  readonly isSame: boolean;
}

/** What of a turn is judged and accounted. */
export type JudgedTurn = Pick<Turn, "id" | "request" | "scope" | "question" | "doubtful">;

/** What judging leans on. */
export interface JudgeParts {
  readonly ask: AskJudge;
  /** The model that is asked, in the price list. */
  readonly model: string;
  readonly answers: Pick<AnswerStore, "addJudgement">;
  readonly budget: Budget;
  readonly prices: PriceList;
  readonly recordTurn: (turn: EndedTurn) => Promise<void>;
  readonly onJudged?: ((judged: Judged) => void) | undefined;
  readonly onFailure: (part: DegradedPart, error: unknown) => void;
  readonly now: Clock;
}

interface Pair {
  readonly turn: JudgedTurn;
  readonly entry: AnswerEntry;
  readonly questionId: string;
  readonly name: string;
}

/**
 * Each pair is asked about once, whatever the model says; a call that fails or is late says nothing,
 * and nothing is served for it. What a call costs is in the ledger and in the day's budget, as a row
 * of its own beside its request's, and there is no call where the budget has no room.
 */
export function createJudge(parts: JudgeParts): Judge {
  const known = new LRUCache<string, true>({ max: REMEMBERED_PAIRS, ttl: RETRY_MS });
  const waiting: Pair[] = [];
  const underWay = new Set<Promise<void>>();
  const closing = new AbortController();

  function begin(pair: Pair): void {
    const work = judgePair(pair, closing.signal, parts)
      .then((isDone) => void (isDone || known.delete(pair.name)))
      .catch((error: unknown) => {
        if (!closing.signal.aborted) parts.onFailure("judge", error);
      })
      .finally(() => {
        underWay.delete(work);
        const next = waiting.shift();
        if (next !== undefined) begin(next);
      });
    underWay.add(work);
  }

  return {
    consider(turn) {
      const pair = toPair(turn);
      if (pair === undefined || closing.signal.aborted || known.has(pair.name)) return;
      if (underWay.size >= MAX_UNDER_WAY && waiting.length >= MAX_WAITING) return;
      known.set(pair.name, true);
      if (underWay.size < MAX_UNDER_WAY) begin(pair);
      else waiting.push(pair);
    },
    async close() {
      closing.abort(new Error("shutting down"));
      waiting.length = 0;
      await Promise.all(underWay);
    },
  };
}

function toPair(turn: JudgedTurn): Pair | undefined {
  const { doubtful: entry, scope, question } = turn;
  if (entry === undefined) return undefined;
  if (question.length > MAX_QUESTION || entry.question.length > MAX_QUESTION) return undefined;
  const questionId = answerId(scope, question);
  // A new answer to the stored question is judged anew.
  const name = [scope, entry.id, entry.createdAt, questionId].join(" ");
  return { turn, entry, questionId, name };
}

/** False where the budget had no room: the pair may come again. */
async function judgePair(pair: Pair, closing: AbortSignal, parts: JudgeParts): Promise<boolean> {
  const { tenant } = pair.turn.request;
  const verdict = await parts.budget.hold({ tenant, estimate: estimate(pair, parts) });
  if (verdict.kind === "refused") return false;
  const hold = verdict.hold === "" ? undefined : verdict.hold;
  let cost = 0n;
  try {
    const begun = performance.now();
    const signal = AbortSignal.any([closing, AbortSignal.timeout(TIMEOUT_MS)]);
    const reply = await parts.ask(toQuestions(pair), signal);
    const entry = toLedgerEntry(pair, reply, performance.now() - begun, parts);
    cost = entry.cost.totalNanoUsd;
    await keep(pair, reply, entry, parts);
  } finally {
    await parts.budget.settle({ tenant, hold, cost });
  }
  return true;
}

function toQuestions({ entry, turn }: Pair) {
  return { known: entry.question, asked: turn.question };
}

/** What was paid for is accounted, whether or not it can be remembered. */
async function keep(
  { turn, entry, questionId }: Pair,
  { isSame }: JudgeReply,
  accounted: LedgerEntry,
  { answers, recordTurn, onJudged }: JudgeParts,
): Promise<void> {
  const { scope, id, createdAt } = entry;
  const judgement = { questionId, isSame };
  const kept = await Promise.allSettled([
    recordTurn({ entry: accounted, text: null }),
    answers.addJudgement({ scope, id, createdAt, judgement }),
  ]);
  onJudged?.({ accounted, messageId: turn.id, entryId: id, isSame });
  for (const one of kept) if (one.status === "rejected") throw one.reason;
}

/** A judgement as the ledger keeps it: of its request's conversation and user, and no request itself. */
function toLedgerEntry(
  { turn }: Pair,
  { call, estimated }: JudgeReply,
  totalMs: number,
  { prices, now }: JudgeParts,
): LedgerEntry {
  const { tenant, conversationId, userId = null } = turn.request;
  return {
    id: `${turn.id}-judged`,
    tenant,
    createdAt: now(),
    conversationId,
    userId,
    status: "judged",
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

function estimate({ turn, entry }: Pair, { model, prices }: JudgeParts): NanoUsd {
  const characters = turn.question.length + entry.question.length;
  const promptTokens = PROMPT_TOKENS + Math.ceil(characters / CHARACTERS_A_TOKEN);
  const call = { model, promptTokens, cachedPromptTokens: 0, completionTokens: REPLY_TOKENS };
  return priceCall(call, prices).totalNanoUsd;
}

function priceCall(call: ModelTokens, prices: PriceList) {
  return priceRequest({ calls: [call], embedding: { model: "", tokens: 0 } }, prices);
}
