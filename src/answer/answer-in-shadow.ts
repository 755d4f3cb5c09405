import { cosine } from "../vectors/vector-table.ts";
import type { AnswerEntry } from "../cache/types.ts";
import { citedPassages, saysNotInDocuments } from "../chat/citations.ts";
import type { AnswerChains } from "../chat/answer-chain.ts";
import { generateAnswer } from "../chat/generate-answer.ts";
import { withoutCalls } from "../chat/pass-through.ts";
import type { ChatModel, Embedder, TokenCounter } from "../models/types.ts";
import type { EndedTurn } from "../transcripts/types.ts";
import type { NanoUsd } from "../usage/types.ts";
import { recordSpent } from "./account.ts";
import { beginAsking, type Asked, type AskingParts, priceOf } from "./asking.ts";
import { holdBudget, type BudgetHold, type BudgetParts } from "./hold-budget.ts";
import { answerRequestOf, retrieveContext, type RetrieveParts } from "./retrieve.ts";
import { openSearch, type Search } from "./search.ts";

/** The model's answer to the question of a cache hit. */
export interface ShadowAnswer {
  readonly text: string;
  readonly documentIds: readonly string[];
  readonly isRefusal: boolean;
  /** Cosine similarity of its text and the served text, 0..1. */
  readonly similarity: number;
  readonly costNanoUsd: NanoUsd;
}

/** Dependencies of a shadow run. */
export interface ShadowParts extends AskingParts, BudgetParts, RetrieveParts {
  readonly embedder: Pick<Embedder, "id" | "model" | "embed" | "prefetch">;
  readonly model: ChatModel;
  readonly chains: AnswerChains;
  readonly counter: TokenCounter;
  readonly recordTurn: (turn: EndedTurn) => Promise<void>;
}

/** The question of a cache hit. */
interface ServedQuestion {
  readonly asked: Asked;
  readonly search: Search;
  readonly served: AnswerEntry;
}

/**
 * Answers the question of a hit again, after its reply. The cost is in the ledger as `shadow`, without
 * conversation and user, and counts against the tenant's budget.
 *
 * @throws RepriseError `budget_exceeded`, or what the model throws
 */
export async function answerInShadow(
  hit: ServedQuestion,
  run: { id: string; signal: AbortSignal },
  parts: ShadowParts,
): Promise<ShadowAnswer> {
  const asked = askAgain(hit.asked, run, parts);
  let hold: BudgetHold;
  try {
    const context = await retrieveContext(asked, openSearch(asked, parts, hit.search), parts);
    hold = await holdBudget(asked, context, parts);
    const { text, documentIds } = await generate(asked, context, parts);
    const similarity = await compareTexts(asked, [hit.served.answer, text], parts);
    const isRefusal = saysNotInDocuments(text);
    const { totalNanoUsd } = priceOf(asked.meter.spent(), parts);
    return { text, documentIds, isRefusal, similarity, costNanoUsd: totalNanoUsd };
  } finally {
    await recordSpent(asked, hold, rowOf(asked), parts);
  }
}

/** The same question as a separate request. */
function askAgain(
  hit: Asked,
  { id, signal }: { id: string; signal: AbortSignal },
  parts: ShadowParts,
): Asked {
  // Texts are compared, so the model must answer instead of calling an offered tool.
  const request = { ...hit.request, passThrough: withoutCalls(hit.request.passThrough) };
  const asking = beginAsking(request, { id, stopSignal: signal }, parts);
  return { ...hit, ...asking, history: [], owner: undefined };
}

async function generate(
  asked: Asked,
  { passages, evidence }: Awaited<ReturnType<typeof retrieveContext>>,
  { model, chains, counter }: ShadowParts,
) {
  const { stopSignal, meter } = asked;
  const deltas = generateAnswer(
    { chain: chains.answer, model, counter },
    answerRequestOf(asked, { passages, evidence, history: [] }),
    stopSignal,
  );
  let next = await deltas.next();
  while (next.done !== true) next = await deltas.next();
  const { text, tokens, estimated, failure } = next.value;
  meter.addCall(tokens, estimated);
  stopSignal.throwIfAborted();
  if (failure !== undefined) throw failure;
  const cited = citedPassages(text, passages).map(({ documentId }) => documentId);
  return { text, documentIds: [...new Set(cited)] };
}

async function compareTexts(
  { stopSignal: signal, request, meter }: Asked,
  texts: [string, string],
  { embedder }: ShadowParts,
): Promise<number> {
  const { vectors, tokens } = await embedder.embed(texts, { signal, tenant: request.tenant });
  meter.addEmbedding(tokens, false);
  const [one, other] = vectors;
  if (one === undefined || other === undefined) return 0;
  return cosine(one, other);
}

/** It has no conversation and no user. */
function rowOf({ id, request }: Asked) {
  const { tenant } = request;
  return {
    id,
    tenant,
    conversationId: null,
    userId: null,
    status: "shadow",
    finishReason: "stop",
  };
}
