import { createHash } from "node:crypto";
import { normaliseQuestion } from "../cache/scope.ts";
import type { AnswerEntry } from "../cache/types.ts";
import {
  type Candidate,
  type EvidenceRule,
  type Thresholds,
  judgeCandidate,
  similarityInGrey,
} from "../cache/verdict.ts";
import type { LookupNote } from "../answer/note-lookup.ts";
import type { RetrievalTrace } from "../knowledge/types.ts";
import type { LoggedLookup, LoggedNearest } from "./lookup-types.ts";
import type { ServedFrom } from "./types.ts";

/** Whether the log keeps texts or only hashes. */
export type LookupTexts = "full" | "hashed";

interface Seen {
  readonly entry: AnswerEntry;
  readonly similarity: number;
  readonly servedFrom: ServedFrom;
}

/** Converts a note to a log entry. */
export function makeLookup(
  note: LookupNote,
  retrieved: { trace: RetrievalTrace; knowledgeVersion: string } | undefined,
  texts: LookupTexts,
): LoggedLookup {
  const { outcome, thresholds } = note;
  const candidates = note.candidates.map((candidate) => toSeen(candidate, thresholds));
  const nearest = findNearest(note, candidates);
  const isHit = outcome.status === "hit";
  return {
    tenant: note.tenant,
    id: note.id,
    createdAt: note.askedAt,
    conversationId: note.conversationId,
    scope: note.scope,
    ...toTexts(note, retrieved?.trace, texts),
    verdict: isHit ? "hit" : "miss",
    tier: outcome.tier,
    reasons: outcome.reasons,
    thresholds: { serve: thresholds.serve, grey: thresholds.grey },
    nearest: toNearest(nearest, note, texts),
    belowBy: isHit ? null : howFarBelow(nearest, thresholds),
    candidates: candidates.map(({ entry, ...seen }) => ({ entryId: entry.id, ...seen })),
    embedderId: note.embedderId,
    knowledgeVersion: retrieved?.knowledgeVersion ?? note.served?.knowledgeVersion ?? "",
    answer: toSaving(note),
  };
}

function toSaving({ stored, priceOf }: LookupNote): LoggedLookup["answer"] {
  if (stored === undefined) return null;
  return { tokens: stored.usage.totalTokens, nanoUsd: priceOf(stored.usage).nanoUsd };
}

function toTexts(
  { tenant, outcome: { question } }: LookupNote,
  trace: RetrievalTrace | undefined,
  texts: LookupTexts,
) {
  const questionHash = hashQuestion(tenant, question);
  if (texts === "hashed") return { question: null, questionHash, retrieved: null };
  return { question, questionHash, retrieved: trace ?? null };
}

/** Hashes a question: equal questions of a tenant have equal hashes, those of other tenants differ. */
function hashQuestion(tenant: string, question: string): string {
  const hash = createHash("sha256").update(`${tenant}\0${normaliseQuestion(question)}`);
  return hash.digest("hex").slice(0, 32);
}

/** Below both thresholds evidence is not checked, and is assumed to be valid. */
function toSeen(candidate: Candidate, { serve, grey, evidence }: Thresholds): Seen {
  const { entry, similarity } = candidate;
  const wasChecked = similarity >= Math.min(serve, grey);
  const evidenceStands = candidate.evidenceStands || !wasChecked;
  return { entry, similarity, servedFrom: servedFrom({ ...candidate, evidenceStands }, evidence) };
}

function findNearest({ served, outcome }: LookupNote, seen: readonly Seen[]): Seen | undefined {
  if (served !== undefined) {
    // Exact hits are served at every threshold.
    const isExact = outcome.tier === "exact";
    const own = isExact ? undefined : seen.find(({ entry }) => entry.id === served.id);
    const never = { serve: null, grey: null };
    return own ?? { entry: served, similarity: outcome.similarity ?? 1, servedFrom: never };
  }
  const servable = seen.find(({ servedFrom: { serve, grey } }) => serve !== null || grey !== null);
  return servable ?? seen[0];
}

function toNearest(
  nearest: Seen | undefined,
  { tenant, priceOf }: LookupNote,
  texts: LookupTexts,
): LoggedNearest | null {
  if (nearest === undefined) return null;
  const { entry, similarity, servedFrom: from } = nearest;
  const documentIds = [...entry.citations, ...entry.evidence].map(({ documentId }) => documentId);
  return {
    entryId: entry.id,
    similarity,
    servedFrom: from,
    question: texts === "full" ? entry.question : null,
    questionHash: hashQuestion(tenant, entry.question),
    conversationId: entry.conversationId,
    documentIds: [...new Set(documentIds)],
    saved: { tokens: entry.usage.totalTokens, ...priceOf(entry.usage) },
  };
}

/** Distance to the closest threshold that would serve it; null if none would. */
function howFarBelow(nearest: Seen | undefined, thresholds: Thresholds): number | null {
  const { serve = null, grey = null } = nearest?.servedFrom ?? {};
  const gaps = [
    ...(serve === null ? [] : [thresholds.serve - serve]),
    ...(grey === null ? [] : [thresholds.grey - grey]),
  ].filter((gap) => gap > 0);
  return gaps.length === 0 ? null : Math.min(...gaps);
}

/** A threshold above 1, to disable the other zone. */
const NEVER = 2;

/** The highest thresholds at which a cache entry would be served, determined by the verdict itself. */
export function servedFrom(
  candidate: Omit<Candidate, "entry">,
  evidence?: EvidenceRule,
): ServedFrom {
  const { similarity } = candidate;
  const serve = judgeCandidate(candidate, { serve: similarity, grey: NEVER, evidence });
  const grey = similarityInGrey(candidate);
  const verified = judgeCandidate(candidate, { serve: NEVER, grey: Math.max(0, grey) });
  return {
    serve: serve.tier === null ? null : similarity,
    grey: verified.tier === null ? null : grey,
  };
}

const SPAN = 2 ** 31;

/** A deterministic, uniformly distributed integer (0 up to 2^31) derived from a lookup's id alone. */
export function sampleOrder(id: string): number {
  return createHash("sha256").update(id).digest().readUInt32BE(0) >>> 1;
}

/**
 * The same value scaled to 0 up to 1. The lookups below `f` are a random sample of that fraction of
 * all lookups.
 */
export function sampleFraction(id: string): number {
  return sampleOrder(id) / SPAN;
}
