import { documentsOf } from "../../cache/select-answers.ts";
import type { AnswerEntry } from "../../cache/types.ts";
import type { GivenAnswer } from "../../curation/curate-answers.ts";
import type { PassagePlace } from "../../knowledge/types.ts";
import type { BodyOf } from "../described-body.ts";
import type { entrySchema, GivenAnswerBody, listedEntrySchema } from "../schemas/entry-schemas.ts";
import { toUsageBody } from "./reply-format.ts";

/** A cache entry with the API's field names. */
export function toEntryBody(entry: AnswerEntry): BodyOf<typeof entrySchema> {
  const { retrieved, evidence } = entry;
  return {
    id: entry.id,
    question: entry.question,
    answer: entry.answer,
    state: entry.isQuarantined ? "quarantined" : "served",
    origin: entry.origin,
    pinned: entry.isPinned,
    scope: entry.scope,
    conditions: toConditionsBody(entry),
    documents: documentsOf(entry),
    citations: entry.citations.map(({ documentId, passageId, ...rest }) => ({
      document_id: documentId,
      passage_id: passageId,
      ...rest,
    })),
    evidence: evidence.map((each) => ({
      document_id: each.documentId,
      passage_id: each.passageId,
    })),
    ...(entry.madeFrom !== undefined && { made_from: [...entry.madeFrom.documentIds] }),
    retrieved: {
      fused: retrieved.fused,
      by_vector: retrieved.byVector,
      first_fused: toPlaceBody(retrieved.firstFused),
      first_by_vector: toPlaceBody(retrieved.firstByVector),
      named: retrieved.named,
    },
    conversation_id: entry.conversationId,
    usage: toUsageBody(entry.usage),
    created_at: new Date(entry.createdAt).toISOString(),
    expires_at: new Date(entry.expiresAt).toISOString(),
  };
}

/** An entry with its hit count. Undefined: no hits in the log. */
export function toListedEntryBody(
  entry: AnswerEntry,
  served: { hits: number; lastAt: number } | undefined,
): BodyOf<typeof listedEntrySchema> {
  const lastHitAt = served === undefined ? null : new Date(served.lastAt).toISOString();
  return { ...toEntryBody(entry), hits: served?.hits ?? 0, last_hit_at: lastHitAt };
}

/** A curated or exported answer. An exported generated answer counts as imported. */
export function fromEntryBody(body: GivenAnswerBody): GivenAnswer {
  const { conditions, retrieved } = body;
  return {
    question: body.question,
    answer: body.answer,
    isPinned: body.pinned,
    isQuarantined: body.state === "quarantined",
    origin: originOf(body),
    ttlSeconds: body.ttl_seconds,
    // In an export, `evidence` already names the documents, with more detail.
    namedDocuments: body.evidence === undefined ? body.documents : undefined,
    citations: body.citations?.map(({ document_id, passage_id, ...rest }) => ({
      documentId: document_id,
      passageId: passage_id,
      ...rest,
    })),
    evidence: body.evidence?.map(fromEvidenceBody),
    madeFrom: body.made_from && madeFromOf(body.made_from),
    retrieved: retrieved && fromRetrievedBody(retrieved),
    documentIds: conditions?.document_filter,
    conditions: fromConditionsBody(conditions ?? {}),
    conversationId: body.conversation_id,
    usage: body.usage && fromUsageBody(body.usage),
    createdAt: fromTimeBody(body.created_at),
    expiresAt: fromTimeBody(body.expires_at),
  };
}

function fromRetrievedBody(retrieved: NonNullable<GivenAnswerBody["retrieved"]>) {
  return {
    fused: retrieved.fused,
    byVector: retrieved.by_vector,
    firstFused: fromPlaceBody(retrieved.first_fused),
    firstByVector: fromPlaceBody(retrieved.first_by_vector),
    named: retrieved.named,
  };
}

/** In the view of readers without groups: for every other view it is checked again. */
function madeFromOf(documentIds: readonly string[]): NonNullable<AnswerEntry["madeFrom"]> {
  return { documentIds, view: "", isRestricted: false };
}

function fromTimeBody(time: string | undefined): number | undefined {
  return time === undefined ? undefined : Date.parse(time);
}

function originOf({ origin }: GivenAnswerBody): AnswerEntry["origin"] {
  if (origin === undefined) return "curated";
  return origin === "generated" ? "imported" : origin;
}

function toConditionsBody({ documentIds, conditions = {} }: AnswerEntry) {
  const { userId, profileHash, instructionsHash, fieldsHash, locale, sampling = {} } = conditions;
  return {
    document_filter: documentIds,
    user_id: userId,
    profile_hash: profileHash,
    instructions_hash: instructionsHash,
    fields_hash: fieldsHash,
    locale,
    temperature: sampling.temperature,
    top_p: sampling.topP,
    max_tokens: sampling.maxTokens,
  };
}

function fromConditionsBody({
  user_id: userId,
  profile_hash: profileHash,
  instructions_hash: instructionsHash,
  fields_hash: fieldsHash,
  locale,
  temperature,
  top_p: topP,
  max_tokens: maxTokens,
}: NonNullable<GivenAnswerBody["conditions"]>): NonNullable<AnswerEntry["conditions"]> {
  return {
    userId,
    profileHash,
    instructionsHash,
    fieldsHash,
    locale,
    sampling: { temperature, topP, maxTokens },
  };
}

function fromUsageBody(usage: NonNullable<GivenAnswerBody["usage"]>): AnswerEntry["usage"] {
  return {
    model: usage.model,
    promptTokens: usage.prompt_tokens,
    completionTokens: usage.completion_tokens,
    totalTokens: usage.total_tokens,
    cachedPromptTokens: usage.cached_prompt_tokens,
    embeddingTokens: usage.embedding_tokens,
    estimated: usage.estimated,
  };
}

function fromEvidenceBody(each: { document_id: string; passage_id: string }) {
  return { documentId: each.document_id, passageId: each.passage_id };
}

function toPlaceBody(place: PassagePlace | null) {
  return place && { document_id: place.documentId, headings: place.headings };
}

function fromPlaceBody(place: { document_id: string; headings: string } | null) {
  return place && { documentId: place.document_id, headings: place.headings };
}
