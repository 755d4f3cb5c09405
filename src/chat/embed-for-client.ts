import { RepriseError } from "../errors.ts";
import type { Embedder } from "../models/types.ts";
import type { EndedTurn } from "../transcripts/types.ts";
import type { Budget } from "../usage/budget.ts";
import type { PriceList } from "../usage/prices.ts";
import { priceRequest } from "../usage/request-cost.ts";
import { createYield } from "../operations/concurrency.ts";
import type { Clock } from "../operations/types.ts";
import type { LedgerEntry, NanoUsd } from "../usage/types.ts";

/** Texts to embed for a client. */
export interface EmbedRequest {
  readonly tenant: string;
  readonly userId?: string | undefined;
  readonly texts: readonly string[];
  readonly signal: AbortSignal;
}

/** Vectors in the order of the texts, and the billed tokens. */
export interface EmbeddedTexts {
  readonly vectors: readonly Float32Array[];
  readonly tokens: number;
}

interface EmbedParts {
  readonly embedder: Embedder;
  readonly budget: Budget;
  readonly prices: PriceList;
  readonly recordTurn: (turn: EndedTurn) => Promise<void>;
  readonly newId: (prefix: string) => string;
  readonly now: Clock;
  /** Reports an unavailable budget or ledger; the vectors are returned anyway. */
  readonly onFailure: (error: unknown) => void;
}

/** Texts per call. Some embedders run in this thread; other requests run between the calls. */
const BATCH = 128;
/** Minimum characters per token, for estimates. */
const CHARACTERS_A_TOKEN = 2;

/**
 * Embeds texts for a client within the daily budget. The cost is a ledger row of kind `embeddings`: part of all
 * sums, but not counted as a question.
 *
 * @throws RepriseError `budget_exceeded`, `invalid_request` for a text that is too long for the embedder, or the
 *   embedder's error
 */
export function createEmbedForClient(parts: EmbedParts) {
  return async (request: EmbedRequest): Promise<EmbeddedTexts> => {
    const hold = await holdCost(request, parts);
    const begun = performance.now();
    const made = { vectors: new Array<Float32Array>(), tokens: 0, estimated: false };
    let cut: number | undefined;
    const yieldTurn = createYield();
    try {
      for (let from = 0; from < request.texts.length && cut === undefined; from += BATCH) {
        const texts = request.texts.slice(from, from + BATCH);
        const batch = await parts.embedder.embed(texts, { signal: request.signal });
        made.vectors.push(...batch.vectors);
        made.tokens += batch.tokens;
        made.estimated ||= batch.estimated === true;
        if (batch.isCut === true) cut = from;
        await yieldTurn();
        request.signal.throwIfAborted();
      }
    } finally {
      await settle(request, { hold, ...made, totalMs: performance.now() - begun }, parts);
    }
    if (cut !== undefined) throw tooLong(request.texts, cut);
    return made;
  };
}

function tooLong(texts: readonly string[], from: number): RepriseError {
  const lengths = texts.slice(from, from + BATCH).map(({ length }) => length);
  const longest = from + lengths.indexOf(Math.max(...lengths));
  const param = texts.length === 1 ? "input" : `input[${longest}]`;
  const message = "is longer than the embedder takes; split it";
  return new RepriseError("invalid_request", `${param} ${message}.`, {
    details: [{ param, message }],
  });
}

async function holdCost(
  { tenant, texts }: EmbedRequest,
  { budget, onFailure, ...parts }: EmbedParts,
): Promise<string | undefined> {
  const characters = texts.reduce((sum, text) => sum + text.length, 0);
  const estimate = costOf(Math.ceil(characters / CHARACTERS_A_TOKEN), parts).totalNanoUsd;
  const verdict = await budget.hold({ tenant, estimate }).catch((error: unknown) => {
    onFailure(error);
    return { kind: "held" as const, hold: "" };
  });
  if (verdict.kind === "held") return verdict.hold === "" ? undefined : verdict.hold;
  const message = "The budget of the day has no room for these texts.";
  throw new RepriseError("budget_exceeded", message, {
    retryAfterSeconds: verdict.retryAfterSeconds,
  });
}

function costOf(tokens: number, { embedder, prices }: Pick<EmbedParts, "embedder" | "prices">) {
  return priceRequest({ calls: [], embedding: { model: embedder.model, tokens } }, prices);
}

interface Spent {
  readonly hold: string | undefined;
  readonly tokens: number;
  readonly estimated: boolean;
  readonly totalMs: number;
}

async function settle(request: EmbedRequest, spent: Spent, parts: EmbedParts): Promise<void> {
  const { tenant } = request;
  const cost = costOf(spent.tokens, parts);
  const give = async (amount: NanoUsd) =>
    parts.budget.settle({ tenant, hold: spent.hold, cost: amount });
  const record = async () => {
    if (spent.tokens === 0) return;
    await parts.recordTurn({ entry: toEntry(request, spent, parts), text: null });
  };
  const done = await Promise.allSettled([give(cost.totalNanoUsd), record()]);
  for (const each of done) if (each.status === "rejected") parts.onFailure(each.reason);
}

function toEntry(
  { tenant, userId }: EmbedRequest,
  { tokens, estimated, totalMs }: Spent,
  parts: EmbedParts,
): LedgerEntry {
  return {
    id: parts.newId("emb"),
    tenant,
    createdAt: parts.now(),
    conversationId: null,
    userId: userId ?? null,
    status: "embeddings",
    tier: null,
    finishReason: "stop",
    usage: {
      model: parts.embedder.model,
      promptTokens: 0,
      completionTokens: 0,
      totalTokens: 0,
      cachedPromptTokens: 0,
      embeddingTokens: tokens,
      estimated,
    },
    saved: { promptTokens: 0, completionTokens: 0 },
    cost: costOf(tokens, parts),
    totalMs,
  };
}
