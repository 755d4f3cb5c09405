import { normaliseQuestion } from "../cache/scope.ts";
import type { AskedQuestion, QuestionRankings } from "../usage/question-rankings.ts";
import { servedAnswer } from "../feedback/served-answers.ts";
import type { ServedAnswers } from "../feedback/types.ts";
import type { Logger } from "../operations/logger.ts";
import type { Metrics } from "../operations/metrics.ts";
import type { DegradedPart } from "../operations/with-deadline.ts";
import type { ChatEvent, ChatReply, ChatRequest, ErrorReport } from "../chat/types.ts";
import type { ChatHistory } from "../history/types.ts";
import type { EndedTurn } from "../transcripts/types.ts";
import type { LedgerEntry, NanoUsd } from "../usage/types.ts";
import { type Asked, type Asking, priceOf, sumUsage } from "./asking.ts";
import { holdBudget, type BudgetHold, type BudgetParts } from "./hold-budget.ts";
import type { AnswerContext } from "./retrieve.ts";

/** The fields of a reply that are recorded. */
type RecordedReply = Pick<
  ChatReply,
  "answer" | "citations" | "cost" | "usage" | "saved" | "finishReason" | "timings"
> & {
  readonly cache: Pick<ChatReply["cache"], "kind" | "tier"> & {
    readonly status: LedgerEntry["status"];
  };
};

/** Dependencies of an account. */
export interface AccountParts extends BudgetParts {
  /** Window, transcript and ledger: see `TurnRecorder`. */
  readonly recordTurn: (turn: EndedTurn) => Promise<void>;
  /** Gives each turn of this process a place in order. */
  readonly nextOrder: () => number;
  readonly history: Pick<ChatHistory, "append">;
  readonly now: () => number;
}

/** Reserves budget for one request and records it once, however it ends. */
export interface Account {
  /**
   * Reserves the maximum cost of the answer, before the model is called.
   *
   * @throws RepriseError `budget_exceeded`
   */
  hold(asked: Asked, context: AnswerContext): Promise<void>;
  /** Writes window, transcript and ledger. A failure does not affect the reply. */
  record(asked: Asked, reply: RecordedReply): Promise<void>;
  /**
   * Records the partial output of an answer whose model failed: as `stopped` in transcript and window, as
   * `failed` in the ledger.
   */
  recordPart(asked: Asked, reply: ChatReply): Promise<void>;
  /** Writes a `failed` ledger row if the failed request has cost something. */
  recordFailure(): Promise<void>;
}

export function openAccount(asking: Asking, parts: AccountParts): Account {
  let held: BudgetHold;
  let isRecorded = false;

  /** Returns the reservation once; the caller settles it. */
  function takeHold(): BudgetHold {
    const hold = held;
    held = undefined;
    return hold;
  }

  async function record(asked: Asked, reply: RecordedReply): Promise<void> {
    await keepTurn(asked, reply, parts);
    const cost = reply.cost.totalNanoUsd;
    await settleBudget(asking, { hold: takeHold(), cost }, parts);
  }

  return {
    async hold(asked, context) {
      held = await holdBudget(asked, context, parts);
    },
    record,
    async recordPart(asked, reply) {
      if (reply.answer.trim() === "") return;
      await record(asked, { ...reply, cache: { ...reply.cache, status: "failed" } });
      isRecorded = true;
    },
    async recordFailure() {
      if (isRecorded) return;
      await recordSpent(asking, takeHold(), { ...rowOf(asking), ...FAILED }, parts);
    },
  };
}

async function keepTurn(asked: Asked, reply: RecordedReply, parts: AccountParts): Promise<void> {
  const { recordTurn, now, nextOrder } = parts;
  const { request, askedAt, owner } = asked;
  const { conversationId, message } = request;
  const { answer, citations } = reply;
  // A tool call is not an answer: the turn ends with the answer after the tool result.
  const isKept = conversationId !== null && answer !== "" && reply.finishReason !== "tool_calls";
  const again = request.asksAgain === true;
  const place = { askedAt, ...(again && { again }), ...(owner !== undefined && { owner }) };
  const text = isKept
    ? { question: message, answer, citations, ...place, order: nextOrder() }
    : null;
  const ended: EndedTurn = { entry: toEntry(asked, reply, now()), text };
  if (isKept) await keepAdded(asked, conversationId, parts);
  await asked.attempt("history", () => recordTurn(ended), undefined);
}

/** Messages that the client added go into the window before the turn. */
async function keepAdded(
  { request, attempt, askedAt }: Asked,
  conversationId: string,
  { history }: AccountParts,
): Promise<void> {
  const { tenant, added = [] } = request;
  if (added.length === 0) return;
  const append = () => history.append({ tenant, conversationId }, added, { askedAt });
  await attempt("history", append, undefined);
}

const FAILED = { status: "failed", finishReason: "error" };

/**
 * Settles and records the usage of a request without a reply, unless it used nothing.
 *
 * @param row its owner and outcome
 */
export async function recordSpent(
  asking: Asking,
  hold: BudgetHold,
  row: Pick<LedgerEntry, "id" | "tenant" | "conversationId" | "userId" | "status" | "finishReason">,
  parts: Pick<AccountParts, keyof BudgetParts | "recordTurn" | "now">,
): Promise<void> {
  const { attempt, meter } = asking;
  const spent = meter.spent();
  const cost = priceOf(spent, parts);
  await settleBudget(asking, { hold, cost: cost.totalNanoUsd }, parts);
  if (spent.calls.length === 0 && spent.embeddingTokens === 0) return;
  const entry: LedgerEntry = {
    ...row,
    createdAt: parts.now(),
    tier: null,
    usage: sumUsage(spent, parts.model.id),
    saved: { promptTokens: 0, completionTokens: 0 },
    cost,
    totalMs: meter.timings().total,
  };
  await attempt("history", () => parts.recordTurn({ entry, text: null }), undefined);
}

/** Charges the actual cost and releases the reservation, if there is any of the two. */
async function settleBudget(
  { request, attempt }: Asking,
  { hold, cost }: { hold: BudgetHold; cost: NanoUsd },
  { budget }: Pick<BudgetParts, "budget">,
): Promise<void> {
  if (hold === undefined && cost === 0n) return;
  const { tenant } = request;
  await attempt("limits", () => budget.settle({ tenant, hold, cost }), undefined);
}

function toEntry(asked: Asked, reply: RecordedReply, createdAt: number): LedgerEntry {
  const { promptTokens, completionTokens } = reply.saved;
  return {
    ...rowOf(asked),
    createdAt,
    status: statusOf(reply.cache),
    tier: reply.cache.tier,
    finishReason: reply.finishReason,
    usage: reply.usage,
    saved: { promptTokens, completionTokens },
    cost: reply.cost,
    totalMs: reply.timings.total,
  };
}

function rowOf({ id, request }: Asking) {
  const { tenant, conversationId, userId = null } = request;
  return { id, tenant, conversationId, userId };
}

/** A task counts as neither hit nor miss. */
function statusOf({ status, kind }: RecordedReply["cache"]): LedgerEntry["status"] {
  return kind === "task" && status !== "failed" ? "task" : status;
}

/** Longer questions are cut to this length, in UTF-16 units. */
const MAX_COUNTED = 500;

/**
 * The question of a finished answer, for the rankings. Only hits and misses are counted: other
 * questions depend on their conversation or were kept out of the cache, and must not be shown to
 * others.
 */
function askedQuestion(tenant: string, last: ChatEvent): AskedQuestion | undefined {
  if (last.type !== "answer-end") return undefined;
  const { cache, cost } = last.reply;
  if (cache.status !== "hit" && cache.status !== "miss") return undefined;
  const question = normaliseQuestion(cache.question)
    .slice(0, MAX_COUNTED)
    .replace(/\p{Surrogate}/gu, "\uFFFD");
  return { tenant, question, savedNanoUsd: cache.status === "hit" ? cost.savedNanoUsd : 0n };
}

/** Dependencies of `noteAnswers`. */
interface NoteAnswersParts {
  readonly rankings: Pick<QuestionRankings, "note">;
  readonly served: Pick<ServedAnswers, "note">;
  readonly metrics: Pick<Metrics, "observeAnswer" | "countFailedAnswer">;
  readonly logger: Logger;
  readonly onFailure: (part: DegradedPart, error: unknown) => void;
}

/** Counts and remembers finished answers, asynchronously. */
export function noteAnswers({ rankings, served, metrics, logger, onFailure }: NoteAnswersParts) {
  return (last: ChatEvent, request: ChatRequest): void => {
    const { tenant, requestId } = request;
    if (last.type === "answer-end") metrics.observeAnswer(last.reply);
    if (last.type === "answer-error") {
      metrics.countFailedAnswer(last.error.code);
      logFailedAnswer(logger, last.error, requestId);
    }
    const asked = askedQuestion(tenant, last);
    const answer = servedAnswer(last, request);
    const noting = [
      ...(asked === undefined ? [] : [rankings.note(asked)]),
      ...(answer === undefined ? [] : [served.note(tenant, answer)]),
    ];
    for (const noted of noting) noted.catch((err: unknown) => onFailure("cache", err));
  };
}

/** The client only gets an error code; the cause is logged. */
function logFailedAnswer(
  logger: Logger,
  { code, status, cause }: ErrorReport,
  requestId: string | undefined,
): void {
  if (status < 500 || cause === undefined) return;
  logger.error({ err: cause, requestId, code }, "an answer failed");
}
