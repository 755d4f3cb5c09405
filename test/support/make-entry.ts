import { randomBytes } from "node:crypto";
import { NOTHING_RETRIEVED } from "../../src/cache/evidence.ts";
import type { AnswerEntry } from "../../src/cache/types.ts";

/** A cache entry; the test overrides single fields. Does not expire by default. */
export function makeEntry(parts: Partial<AnswerEntry> = {}): AnswerEntry {
  return {
    id: `ans_${randomBytes(16).toString("hex")}`,
    tenant: "acme",
    scope: "0".repeat(32),
    question: "How do I reset my password?",
    answer: "Open Settings and choose Reset. [1]",
    citations: [],
    evidence: [],
    retrieved: NOTHING_RETRIEVED,
    knowledgeVersion: "",
    conversationId: null,
    origin: "generated",
    isPinned: false,
    isQuarantined: false,
    usage: {
      model: "test-model",
      promptTokens: 812,
      completionTokens: 164,
      totalTokens: 976,
      cachedPromptTokens: 0,
      embeddingTokens: 0,
      estimated: false,
    },
    createdAt: Date.UTC(2026, 0, 1),
    expiresAt: Date.UTC(2100, 0, 1),
    ...parts,
  };
}

/** A unique scope. */
export function randomScope(): string {
  return randomBytes(16).toString("hex");
}

/** The numbers, L2-normalised as by an embedder. */
export function unitVector(numbers: readonly number[]): Float32Array {
  const length = Math.hypot(...numbers);
  return Float32Array.from(numbers, (number) => number / length);
}
