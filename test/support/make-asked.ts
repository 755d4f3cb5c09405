import { type Asked, createMeter } from "../../src/answer/asking.ts";
import type { QuestionVector, RetrievedEvidence, Search } from "../../src/answer/search.ts";
import { UNTRACED } from "../../src/answer/trace.ts";
import type { CacheOutcome, ChatRequest } from "../../src/chat/types.ts";
import { createFailOpen } from "../../src/operations/with-deadline.ts";
import { unitVector } from "./make-entry.ts";

/** An understood question; the test overrides single fields. */
export function makeAsked({
  request,
  ...parts
}: Partial<Omit<Asked, "request">> & { request?: Partial<ChatRequest> } = {}): Asked {
  const question = parts.question ?? "How do I reset my password?";
  return {
    id: "msg_1",
    request: {
      tenant: "acme",
      message: question,
      conversationId: null,
      cacheMode: "default",
      ...request,
    },
    askedAt: Date.UTC(2026, 0, 2),
    stopSignal: new AbortController().signal,
    attempt: createFailOpen({ deadlineMs: 5_000, onFailure: () => {} })(),
    meter: createMeter(),
    trace: UNTRACED,
    policy: { threshold: 0.95, greyThreshold: 0.85, ttlSeconds: 3_600 },
    thresholds: { serve: 0.95, grey: 0.85, evidence: undefined },
    history: [],
    owner: undefined,
    profile: undefined,
    question,
    compared: question,
    standsAlone: true,
    kind: "standalone-question",
    heldBack: undefined,
    readsAsInstruction: false,
    instructions: undefined,
    language: { detected: "en", compared: "en" },
    scope: "0".repeat(32),
    ...parts,
  };
}

/** A cache miss; the test overrides single fields. */
export function makeOutcome(parts: Partial<CacheOutcome> = {}): CacheOutcome {
  return {
    status: "miss",
    tier: null,
    kind: "standalone-question",
    similarity: null,
    threshold: 0.95,
    entryId: null,
    ageSeconds: null,
    question: "How do I reset my password?",
    matchedQuestion: null,
    language: "en",
    reasons: ["no-stored-answer"],
    ...parts,
  };
}

/** A search with fixed results that counts its calls. */
export function makeSearch({
  vector = { vector: unitVector([1, 0]), isWhole: true },
  evidence,
}: {
  vector?: QuestionVector;
  evidence?: RetrievedEvidence | undefined;
} = {}): Search & { readonly asked: { vectors: number; evidence: number; again: number } } {
  const asked = { vectors: 0, evidence: 0, again: 0 };
  let begun: Promise<RetrievedEvidence | undefined> | undefined;
  const search: Search = {
    async vector() {
      asked.vectors += 1;
      return vector;
    },
    evidence() {
      asked.evidence += 1;
      begun ??= Promise.resolve(evidence);
      return begun;
    },
    begunEvidence: () => begun,
    again() {
      asked.again += 1;
      return search;
    },
  };
  return { ...search, asked };
}
