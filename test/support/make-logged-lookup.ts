import { randomUUID } from "node:crypto";
import type { LoggedLookup, LoggedNearest } from "../../src/tuning/lookup-types.ts";
import { NOON } from "./make-turn.ts";

/** The cached answer of a logged lookup; the test overrides single fields. */
export function makeLoggedNearest(parts: Partial<LoggedNearest> = {}): LoggedNearest {
  const similarity = parts.similarity ?? 0.93;
  return {
    entryId: "ans_1",
    similarity,
    servedFrom: { serve: similarity, grey: null },
    question: "How do I reset my password?",
    questionHash: "h1",
    conversationId: "conv_0",
    documentIds: ["help"],
    saved: { tokens: 976, nanoUsd: 220_200n, priced: true },
    ...parts,
  };
}

/** A near miss; the test overrides single fields. */
export function makeLoggedLookup(parts: Partial<LoggedLookup> = {}): LoggedLookup {
  const nearest = parts.nearest === undefined ? makeLoggedNearest() : parts.nearest;
  const serveFrom = nearest?.servedFrom.serve ?? null;
  const { entryId, similarity, servedFrom } = nearest ?? makeLoggedNearest();
  return {
    tenant: "acme",
    id: `msg_${randomUUID()}`,
    createdAt: NOON,
    conversationId: "conv_1",
    scope: "scope",
    question: "Password lost, what now?",
    questionHash: "h2",
    verdict: "miss",
    tier: null,
    reasons: ["similarity-below-threshold"],
    thresholds: { serve: 0.95, grey: 1 },
    belowBy: serveFrom === null ? null : 0.95 - serveFrom,
    candidates: nearest === null ? [] : [{ entryId, similarity, servedFrom }],
    retrieved: {
      fused: ["psg_1"],
      byVector: ["psg_1"],
      firstFused: { documentId: "help", headings: "Help" },
      firstByVector: null,
    },
    embedderId: "builtin-en-2",
    knowledgeVersion: "v1",
    answer: { tokens: 500, nanoUsd: 110_100n },
    ...parts,
    nearest,
  };
}
