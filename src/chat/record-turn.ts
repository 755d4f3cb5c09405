import type { EndedTurn } from "../transcripts/types.ts";
import type { LedgerEntry } from "../usage/types.ts";
import { priceTurn, sumUsage } from "./build-reply.ts";
import { settleBudget } from "./hold-budget.ts";
import type { ChatDependencies, Turn } from "./turn.ts";
import type { ChatReply } from "./types.ts";

/** Window, transcript and ledger in one; the reply goes out whatever becomes of them. */
export async function recordTurn(
  turn: Turn,
  reply: ChatReply,
  dependencies: ChatDependencies,
): Promise<void> {
  const { recordTurn: record, now, nextOrder } = dependencies;
  const { conversationId, message } = turn.request;
  const { answer, citations } = reply;
  const isKept = conversationId !== null && answer !== "";
  const text = isKept
    ? { question: message, answer, citations, askedAt: turn.askedAt, order: nextOrder() }
    : null;
  const ended: EndedTurn = { entry: toEntry(turn, reply, now()), text };
  await turn.attempt("history", () => record(ended), undefined);
  await settleBudget(turn, reply.cost.totalNanoUsd, dependencies);
}

/** A request that failed after it had cost something is in the ledger as `failed`. */
export async function recordFailure(turn: Turn, dependencies: ChatDependencies): Promise<void> {
  const cost = priceTurn(turn, dependencies);
  await settleBudget(turn, cost.totalNanoUsd, dependencies);
  if (turn.calls.length === 0 && turn.embeddingTokens === 0) return;
  const entry: LedgerEntry = {
    ...entryBase(turn, dependencies.now()),
    status: "failed",
    tier: null,
    finishReason: "error",
    usage: sumUsage(turn, dependencies.model.id),
    saved: { promptTokens: 0, completionTokens: 0 },
    cost,
    totalMs: turn.timings().total,
  };
  await turn.attempt("history", () => dependencies.recordTurn({ entry, text: null }), undefined);
}

function toEntry(turn: Turn, reply: ChatReply, createdAt: number): LedgerEntry {
  const { promptTokens, completionTokens } = reply.saved;
  return {
    ...entryBase(turn, createdAt),
    status: reply.cache.status,
    tier: reply.cache.tier,
    finishReason: reply.finishReason,
    usage: reply.usage,
    saved: { promptTokens, completionTokens },
    cost: reply.cost,
    totalMs: reply.timings.total,
  };
}

function entryBase({ id, request }: Turn, createdAt: number) {
  const { tenant, conversationId, userId = null } = request;
  return { id, tenant, createdAt, conversationId, userId };
}
