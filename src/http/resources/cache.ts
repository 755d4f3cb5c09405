import type { QuestionExplanation } from "../../answer/explain-question.ts";
import { documentsOf } from "../../cache/select-answers.ts";
import { hitRate, NO_TOTALS } from "../../usage/request-cost.ts";
import { formatNanoUsd } from "../../usage/prices.ts";
import { readChatRequest } from "../chat-request.ts";
import { defineRoute } from "../define-route.ts";
import { json, type BodyOf } from "../described-body.ts";
import { readJson } from "../validate.ts";
import { requireDocuments } from "../answer-route.ts";
import { askedRange, settleRecord } from "../read-record.ts";
import {
  cacheStatsQuerySchema,
  cacheStatsSchema,
  explainRequestSchema,
  explanationSchema,
} from "../schemas/cache-schemas.ts";

const MAX_BODY_BYTES = 1024 * 1024;

/** The cache as a whole: explain a decision, and statistics. */
export const CACHE_ROUTES = [
  defineRoute({
    method: "post",
    path: "/v1/cache/explain",
    summary: "What the cache would do with a question, and why; changes nothing",
    scope: "admin",
    access: "tenant",
    body: explainRequestSchema,
    replies: { 200: json(explanationSchema) },
    before: (dependencies) => [requireDocuments(dependencies), ...readJson(MAX_BODY_BYTES)],
    handle:
      (dependencies) =>
      async ({ body, caller, response }) => {
        const question = await readChatRequest(body, caller, dependencies);
        // Without an owner, explaining does not create one of the conversation.
        const asAdmin = { ...caller, owner: undefined, seesTenant: true };
        const explained = await dependencies.explain({ ...question, caller: asAdmin });
        response.json(toExplanationBody(explained));
      },
  }),
  defineRoute({
    method: "get",
    path: "/v1/cache/stats",
    summary: "Stored answers, hits and misses by tier, and the questions that come and save most",
    scope: "admin",
    access: "tenant",
    query: cacheStatsQuerySchema,
    replies: { 200: json(cacheStatsSchema) },
    handle:
      ({ rankings, entries, ledger, recorder }) =>
      async ({ query: { limit, ...query }, caller, response }) => {
        const { tenant } = caller;
        const range = askedRange(query, caller);
        const state = await settleRecord({ recorder }, response);
        const [stored, rows, { mostAsked, mostSaved }] = await Promise.all([
          entries.count({ tenant }),
          ledger.report({ ...range, groupBy: "tenant", timeZone: query.time_zone }),
          rankings.top({ tenant, limit }),
        ]);
        // A tenant without requests has no row in the ledger.
        const totals = rows[0]?.totals ?? NO_TOTALS;
        const { requests, hits, misses, savedNanoUsd, netSavedNanoUsd } = totals;
        response.json({
          entries: { total: stored },
          requests,
          hits,
          misses,
          hit_rate: Number(hitRate({ hits, misses }).toFixed(4)),
          saved: formatNanoUsd(savedNanoUsd),
          net_saved: formatNanoUsd(netSavedNanoUsd),
          most_asked: mostAsked,
          most_saved: mostSaved.map(({ question, savedNanoUsd }) => ({
            question,
            saved: formatNanoUsd(savedNanoUsd),
          })),
          ...state,
        });
      },
  }),
];

function toExplanationBody(explanation: QuestionExplanation): BodyOf<typeof explanationSchema> {
  const { question, scope, language, thresholds, status, tier, kind, reasons } = explanation;
  return {
    question,
    scope,
    language,
    threshold: thresholds.serve,
    grey_threshold: thresholds.grey,
    status,
    tier,
    kind,
    reasons,
    nearest: explanation.nearest.map(toNeighbourBody),
  };
}

function toNeighbourBody(neighbour: QuestionExplanation["nearest"][number]) {
  const { entry, similarity, findings, evidenceStands, agreement, verdict } = neighbour;
  return {
    entry_id: entry.id,
    question: entry.question,
    similarity: Number(similarity.toFixed(4)),
    guards: findings,
    evidence: { stands: evidenceStands, agreement, documents: documentsOf(entry) },
    verdict,
  };
}
