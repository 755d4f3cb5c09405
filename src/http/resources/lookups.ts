import { clientSignal } from "../request-context.ts";
import type { z } from "zod";
import { RepriseError } from "../../errors.ts";
import { detectLanguage } from "../../language/detect-language.ts";
import type { LabelledLookup, LookupLabel } from "../../tuning/lookup-types.ts";
import { formatNanoUsd } from "../../usage/prices.ts";
import { defineRoute } from "../define-route.ts";
import { json, lines } from "../described-body.ts";
import { readJson } from "../validate.ts";
import { askedRange } from "../read-record.ts";
import {
  labelRequestSchema,
  lookupExportQuerySchema,
  lookupListQuerySchema,
  lookupListSchema,
  lookupSchema,
} from "../schemas/lookup-schemas.ts";
import { noQuerySchema } from "../schemas/parameter-schemas.ts";
import { sendNdjson } from "../ndjson.ts";
import type { HttpDependencies, Principal } from "../types.ts";

const MAX_BODY_BYTES = 64 * 1024;

/** The log of cache lookups: read and label. */
export const LOOKUP_ROUTES = [
  defineRoute({
    method: "get",
    path: "/v1/cache/lookups",
    summary: "The log of lookups; near_misses=true: first those that the threshold just missed",
    scope: "admin",
    access: "tenant",
    query: lookupListQuerySchema,
    replies: { 200: json(lookupListSchema) },
    handle:
      ({ lookups, settleLookups }) =>
      async ({ query, caller, response }) => {
        const { limit, cursor, label, verdict } = query;
        const nearMissesFirst = query.near_misses === "true";
        const selection = { ...askedRange(query, caller), label, verdict };
        await settleLookups();
        const page = await lookups.list({ ...selection, nearMissesFirst, limit, cursor });
        response.json({ lookups: page.rows.map(toLookupBody), next_cursor: page.nextCursor });
      },
  }),
  defineRoute({
    method: "get",
    path: "/v1/cache/lookups/export",
    summary: "The log, a lookup a line, oldest first",
    scope: "admin",
    access: "tenant",
    query: lookupExportQuerySchema,
    replies: { 200: lines("A Lookup on each line", lookupSchema) },
    handle:
      ({ lookups, settleLookups }) =>
      async ({ query, caller, response }) => {
        const { label, verdict } = query;
        const selection = { ...askedRange(query, caller), label, verdict };
        await settleLookups();
        response.attachment("lookups.ndjson");
        await sendNdjson(response, lookups.all(selection), toLookupBody, clientSignal(response));
      },
  }),
  defineRoute({
    method: "get",
    path: "/v1/cache/lookups/{id}",
    summary: "A lookup with all its labels",
    scope: "admin",
    access: "tenant",
    replies: { 200: json(lookupSchema) },
    handle:
      ({ lookups, settleLookups }) =>
      async ({ response, ...given }) => {
        await settleLookups();
        response.json(toLookupBody(await find(given, lookups)));
      },
  }),
  defineRoute({
    method: "post",
    path: "/v1/cache/lookups/{id}/label",
    summary: "Say whether the stored answer answers the question",
    scope: "admin",
    access: "tenant",
    body: labelRequestSchema,
    replies: { 200: json(lookupSchema) },
    before: () => readJson(MAX_BODY_BYTES),
    handle:
      ({ lookups, settleLookups }) =>
      async ({ body: { same, note = null }, response, ...given }) => {
        const { tenant, name } = given.caller;
        await settleLookups();
        checkComparable(await find(given, lookups));
        const said = { source: "person", same, note, author: name, createdAt: Date.now() } as const;
        await lookups.label({ tenant, id: given.id }, said);
        response.json(toLookupBody(await find(given, lookups)));
      },
  }),
  defineRoute({
    method: "delete",
    path: "/v1/cache/lookups/{id}/label",
    summary: "Take the person's label back",
    scope: "admin",
    access: "tenant",
    query: noQuerySchema,
    replies: { 200: json(lookupSchema) },
    handle:
      ({ lookups }) =>
      async ({ response, ...given }) => {
        const { id, caller } = given;
        await lookups.unlabel({ tenant: caller.tenant, id, source: "person" });
        response.json(toLookupBody(await find(given, lookups)));
      },
  }),
];

/** A label says whether two questions are the same, so the lookup must have compared two. */
function checkComparable({ id, nearest, tier }: LabelledLookup): void {
  if (nearest !== null && tier !== "exact") return;
  const why = nearest === null ? "no stored question was near" : "the exact tier served it";
  throw new RepriseError("invalid_request", `The lookup ${id} compares no two questions: ${why}.`);
}

async function find(
  { id, caller }: { id: string; caller: Principal },
  lookups: HttpDependencies["lookups"],
): Promise<LabelledLookup> {
  const lookup = await lookups.find({ tenant: caller.tenant, id });
  if (lookup !== undefined) return lookup;
  const message = `There is no lookup ${id} in the log; it may be too old, or was never logged.`;
  throw new RepriseError("not_found", message);
}

type LookupBody = z.input<typeof lookupSchema>;

function toLookupBody(lookup: LabelledLookup): LookupBody {
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
