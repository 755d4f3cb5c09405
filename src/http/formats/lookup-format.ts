import type { z } from "zod";
import { detectLanguage } from "../../language/detect-language.ts";
import type { LabelledLookup, LookupLabel } from "../../tuning/lookup-types.ts";
import { formatNanoUsd } from "../../usage/money.ts";
import type { lookupSchema } from "../schemas/lookup-schemas.ts";

type LookupBody = z.input<typeof lookupSchema>;

/** A logged lookup in the names of the API. */
export function toLookupBody(lookup: LabelledLookup): LookupBody {
  const { nearest, thresholds } = lookup;
  const labels = lookup.labels.map(toLabelBody);
  return {
    id: lookup.id,
    created_at: new Date(lookup.createdAt).toISOString(),
    conversation_id: lookup.conversationId,
    question: lookup.question,
    question_hash: lookup.questionHash,
    language: detectLanguage(lookup.question ?? "") ?? null,
    verdict: lookup.verdict,
    tier: lookup.tier,
    reasons: [...lookup.reasons],
    threshold: thresholds.serve,
    grey_threshold: thresholds.grey,
    ...toNearestBody(nearest),
    below_by: lookup.belowBy,
    candidates: lookup.candidates.map(({ entryId, similarity, servedFrom }) => ({
      entry_id: entryId,
      similarity,
      ...servedFrom,
    })),
    embedder: lookup.embedderId,
    knowledge_version: lookup.knowledgeVersion,
    stored: lookup.answer !== null,
    label: labels[0] ?? null,
    labels,
  };
}

function toNearestBody(
  nearest: LabelledLookup["nearest"],
): Pick<LookupBody, "similarity" | "nearest" | "served_from" | "saved"> {
  const { servedFrom = { serve: null, grey: null }, saved } = nearest ?? {};
  return {
    similarity: nearest?.similarity ?? null,
    nearest:
      nearest === null
        ? null
        : {
            entry_id: nearest.entryId,
            question: nearest.question,
            question_hash: nearest.questionHash,
            documents: [...nearest.documentIds],
          },
    served_from: { ...servedFrom },
    saved: { total_tokens: saved?.tokens ?? 0, usd: formatNanoUsd(saved?.nanoUsd ?? 0n) },
  };
}

function toLabelBody({ source, same, author, note, createdAt }: LookupLabel) {
  return { same, source, author, note, created_at: new Date(createdAt).toISOString() };
}
