import type { Insertable, Selectable } from "kysely";
import { z } from "zod";
import type { CacheReason } from "../chat/types.ts";
import type { LabelledLookup, LoggedLookup, LookupLabel } from "../tuning/lookup-types.ts";
import { sampleOrder } from "../tuning/sampling.ts";
import { LABEL_SOURCES } from "../tuning/types.ts";
import { cleanText } from "./turn-rows.ts";
import type { Tables } from "./database.ts";

/** A row of the lookup log; money is read as text. */
export type LookupRow = Selectable<Tables["lookups"]> & { saved_text: string; answer_text: string };
type LabelRow = Selectable<Tables["lookup_labels"]>;

/** Sort bands after near misses, whose bands are hundredths below the threshold. */
const SERVED_BAND = 1_000;
const REST_BAND = 1_001;

const from = z.number().nullable();
const candidatesSchema = z.array(
  z.object({
    entryId: z.string(),
    similarity: z.number(),
    servedFrom: z.object({ serve: from, grey: from }),
  }),
);
const place = z.object({ documentId: z.string(), headings: z.string() }).nullable();
const retrievedSchema = z.object({
  fused: z.array(z.string()),
  byVector: z.array(z.string()),
  firstFused: place,
  firstByVector: place,
  named: z.array(z.string()).optional(),
});
const reasonsSchema = z.array(z.custom<CacheReason>((value) => typeof value === "string"));
const documentsSchema = z.array(z.string());
const sourceSchema = z.enum(LABEL_SOURCES);

/** Converts a lookup to a row. */
export function toLookupRow(lookup: LoggedLookup): Insertable<Tables["lookups"]> {
  const { belowBy, thresholds } = lookup;
  return {
    tenant: lookup.tenant,
    id: lookup.id,
    created_at: lookup.createdAt,
    conversation_id: lookup.conversationId,
    scope: lookup.scope,
    question: clean(lookup.question),
    question_hash: lookup.questionHash,
    verdict: lookup.verdict,
    tier: lookup.tier,
    reasons: JSON.stringify(lookup.reasons),
    serve_threshold: thresholds.serve,
    grey_threshold: thresholds.grey,
    ...toNearestColumns(lookup),
    below_by: belowBy,
    near_band: toBand(lookup),
    near_order: sampleOrder(lookup.id),
    candidates: JSON.stringify(lookup.candidates),
    retrieved: lookup.retrieved === null ? null : cleanText(JSON.stringify(lookup.retrieved)),
    embedder_id: lookup.embedderId,
    knowledge_version: lookup.knowledgeVersion,
    stored: Number(lookup.answer !== null),
    answer_tokens: lookup.answer?.tokens ?? 0,
    answer_nano_usd: lookup.answer?.nanoUsd ?? 0n,
    label_same: null,
  };
}

function toBand({ belowBy, verdict, tier }: LoggedLookup): number {
  // The epsilon keeps 0.95 - 0.93 out of the band below: floating-point error makes it less than
  // 0.02.
  if (belowBy !== null) return Math.floor(belowBy * 100 + 1e-9);
  return verdict === "hit" && tier !== "exact" ? SERVED_BAND : REST_BAND;
}

const NOTHING_NEAR = {
  nearest_id: null,
  nearest_similarity: null,
  nearest_serve_from: null,
  nearest_grey_from: null,
  nearest_question: null,
  nearest_hash: null,
  nearest_conversation_id: null,
  nearest_documents: "[]",
  saved_tokens: 0,
  saved_nano_usd: 0n,
  priced: 1,
};

function toNearestColumns({ nearest }: LoggedLookup) {
  if (nearest === null) return NOTHING_NEAR;
  const { servedFrom, saved } = nearest;
  return {
    nearest_id: nearest.entryId,
    nearest_similarity: nearest.similarity,
    nearest_serve_from: servedFrom.serve,
    nearest_grey_from: servedFrom.grey,
    nearest_question: clean(nearest.question),
    nearest_hash: nearest.questionHash,
    nearest_conversation_id: nearest.conversationId,
    nearest_documents: JSON.stringify(nearest.documentIds),
    saved_tokens: saved.tokens,
    saved_nano_usd: saved.nanoUsd,
    priced: Number(saved.priced),
  };
}

function clean(text: string | null): string | null {
  return text === null ? null : cleanText(text);
}

/** Converts a row and its labels to a lookup. */
export function toLookup(row: LookupRow, labels: readonly LookupLabel[]): LabelledLookup {
  return {
    tenant: row.tenant,
    id: row.id,
    createdAt: row.created_at,
    conversationId: row.conversation_id,
    scope: row.scope,
    question: row.question,
    questionHash: row.question_hash,
    verdict: row.verdict === "hit" ? "hit" : "miss",
    tier: z.enum(["exact", "semantic", "verified"]).nullable().parse(row.tier),
    reasons: reasonsSchema.parse(JSON.parse(row.reasons)),
    thresholds: { serve: row.serve_threshold, grey: row.grey_threshold },
    nearest: toNearest(row),
    belowBy: row.below_by,
    candidates: candidatesSchema.parse(JSON.parse(row.candidates)),
    retrieved: row.retrieved === null ? null : retrievedSchema.parse(JSON.parse(row.retrieved)),
    embedderId: row.embedder_id,
    knowledgeVersion: row.knowledge_version,
    answer:
      row.stored === 1 ? { tokens: row.answer_tokens, nanoUsd: BigInt(row.answer_text) } : null,
    labels,
  };
}

function toNearest(row: LookupRow): LoggedLookup["nearest"] {
  if (row.nearest_id === null) return null;
  return {
    entryId: row.nearest_id,
    similarity: row.nearest_similarity ?? 0,
    servedFrom: { serve: row.nearest_serve_from, grey: row.nearest_grey_from },
    question: row.nearest_question,
    questionHash: row.nearest_hash ?? "",
    conversationId: row.nearest_conversation_id,
    documentIds: documentsSchema.parse(JSON.parse(row.nearest_documents)),
    saved: {
      tokens: row.saved_tokens,
      nanoUsd: BigInt(row.saved_text),
      priced: row.priced === 1,
    },
  };
}

/** Converts a row to the label of one source. */
export function toLabel(row: LabelRow): LookupLabel {
  return {
    source: sourceSchema.parse(row.source),
    same: row.same === 1,
    author: row.author,
    note: row.note,
    createdAt: row.created_at,
  };
}

/** Orders labels by the priority of their source, highest first. */
export function byWeight(one: LookupLabel, other: LookupLabel): number {
  return LABEL_SOURCES.indexOf(one.source) - LABEL_SOURCES.indexOf(other.source);
}
