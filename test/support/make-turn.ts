import { randomUUID } from "node:crypto";
import type { EndedTurn, TurnText } from "../../src/transcripts/types.ts";
import type { LedgerEntry } from "../../src/usage/types.ts";

/** A Tuesday noon. */
export const NOON = Date.UTC(2026, 10, 24, 12);

/** A ledger entry; the test overrides single fields. */
export function makeLedgerEntry(parts: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    id: `msg_${randomUUID()}`,
    tenant: "acme",
    createdAt: NOON,
    conversationId: "conv_1",
    userId: null,
    status: "miss",
    tier: null,
    finishReason: "stop",
    usage: {
      model: "gpt-4o-mini",
      promptTokens: 812,
      completionTokens: 164,
      totalTokens: 976,
      cachedPromptTokens: 0,
      cacheWriteTokens: 0,
      reasoningTokens: 0,
      embeddingTokens: 9,
      estimated: false,
    },
    saved: { promptTokens: 0, completionTokens: 0 },
    cost: {
      totalNanoUsd: 220_380n,
      savedNanoUsd: 0n,
      netSavedNanoUsd: 0n,
      priced: true,
    },
    totalMs: 640,
    ...parts,
  };
}

/** An ended turn with this question. Each call creates a later turn. */
export function makeTurn(
  question: string,
  parts: Partial<LedgerEntry> = {},
  text: Partial<TurnText> = {},
): EndedTurn {
  const entry = makeLedgerEntry(parts);
  return {
    entry,
    text: {
      question,
      answer: `Answer to: ${question}`,
      citations: [],
      askedAt: entry.createdAt - 600,
      order: entry.createdAt * 1000,
      ...text,
    },
  };
}
