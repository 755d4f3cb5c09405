import { cosine } from "../cache/cosine.ts";
import type { AnswerEntry } from "../cache/types.ts";
import type { NanoUsd } from "../usage/types.ts";
import { priceTurn, sumUsage } from "./build-reply.ts";
import { citedPassages, saysNotInDocuments } from "./citations.ts";
import { generateAnswer } from "./generate-answer.ts";
import { holdBudget, settleBudget } from "./hold-budget.ts";
import { answerPromptOf, retrieveContext } from "./retrieve-context.ts";
import { beginTurn, type ChatDependencies, type Turn } from "./turn.ts";

/** What the model would have said where a stored answer was served. */
export interface ShadowAnswer {
  readonly text: string;
  readonly documentIds: readonly string[];
  readonly isRefusal: boolean;
  /** Of its text and the served one, 0..1. */
  readonly similarity: number;
  readonly costNanoUsd: NanoUsd;
}

/**
 * Answers the question of a hit anew, when its reply has long gone out. What it costs is in the ledger as
 * `shadow`, of no conversation and no user, and counts against the tenant's budget.
 *
 * @throws RepriseError `budget_exceeded`, or what the model throws
 */
export async function answerInShadow(
  hit: Turn,
  served: AnswerEntry,
  run: { id: string; signal: AbortSignal },
  dependencies: ChatDependencies,
): Promise<ShadowAnswer> {
  const turn = beginShadow(hit, run, dependencies);
  try {
    const context = await retrieveContext(turn, dependencies);
    await holdBudget(turn, context, dependencies);
    const { text, documentIds } = await generate(turn, context, dependencies);
    const similarity = await compareTexts(turn, [served.answer, text], dependencies);
    const isRefusal = saysNotInDocuments(text);
    const { totalNanoUsd } = priceTurn(turn, dependencies);
    return { text, documentIds, isRefusal, similarity, costNanoUsd: totalNanoUsd };
  } finally {
    await recordShadow(turn, dependencies);
  }
}

function beginShadow(
  hit: Turn,
  { id, signal }: { id: string; signal: AbortSignal },
  dependencies: ChatDependencies,
): Turn {
  const { profile, question, standsAlone, privateKind, scope, vector, retrieval } = hit;
  const begun = beginTurn(hit.request, { id, stopSignal: signal }, dependencies);
  return Object.assign(begun, {
    profile,
    question,
    standsAlone,
    privateKind,
    scope,
    vector,
    retrieval,
  });
}

async function generate(
  turn: Turn,
  { passages, evidence }: Awaited<ReturnType<typeof retrieveContext>>,
  { model, prompts, counter }: ChatDependencies,
) {
  const deltas = generateAnswer(
    { model, prompt: prompts.answer, counter },
    answerPromptOf(turn, { passages, evidence, history: [] }),
    turn.stopSignal,
  );
  let next = await deltas.next();
  while (next.done !== true) next = await deltas.next();
  const { text, tokens, estimated } = next.value;
  turn.calls.push(tokens);
  turn.estimated ||= estimated;
  turn.stopSignal.throwIfAborted();
  const cited = citedPassages(text, passages).map(({ documentId }) => documentId);
  return { text, documentIds: [...new Set(cited)] };
}

async function compareTexts(
  turn: Turn,
  texts: [string, string],
  { embedder }: ChatDependencies,
): Promise<number> {
  const { vectors, tokens } = await embedder.embed(texts, { signal: turn.stopSignal });
  turn.embeddingTokens += tokens;
  const [one, other] = vectors;
  if (one === undefined || other === undefined) return 0;
  return cosine(one, other);
}

async function recordShadow(turn: Turn, dependencies: ChatDependencies): Promise<void> {
  const cost = priceTurn(turn, dependencies);
  await settleBudget(turn, cost.totalNanoUsd, dependencies);
  if (turn.calls.length === 0 && turn.embeddingTokens === 0) return;
  const entry = {
    id: turn.id,
    tenant: turn.request.tenant,
    createdAt: dependencies.now(),
    conversationId: null,
    userId: null,
    status: "shadow",
    tier: null,
    finishReason: "stop",
    usage: sumUsage(turn, dependencies.model.id),
    saved: { promptTokens: 0, completionTokens: 0 },
    cost,
    totalMs: turn.timings().total,
  };
  await turn.attempt("history", () => dependencies.recordTurn({ entry, text: null }), undefined);
}
