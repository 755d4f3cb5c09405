import { z } from "zod";
import type { DescribedRoute } from "./described-route.ts";
import {
  cacheStatsSchema,
  explainRequestSchema,
  explanationSchema,
} from "./schemas/cache-schemas.ts";
import { deletedSchema } from "./schemas/chat-schemas.ts";
import {
  entryEditSchema,
  entryListSchema,
  entrySchema,
  givenAnswerSchema,
  importedSchema,
  listedEntrySchema,
  removedEntriesSchema,
} from "./schemas/entry-schemas.ts";

/** The routes of those who look after the stored answers. */
export const CACHE_ROUTES: readonly DescribedRoute[] = [
  {
    method: "get",
    path: "/v1/cache/entries",
    summary: "Stored answers, the newest first; query finds words in question and answer",
    scope: "admin",
    query: ["query", "document_id", "conversation_id", "limit", "cursor"],
    reply: entryListSchema,
  },
  {
    method: "post",
    path: "/v1/cache/entries",
    summary: "Store an answer that a person wrote; as application/x-ndjson many, or an export",
    scope: "admin",
    request: givenAnswerSchema,
    reply: z.union([entrySchema, importedSchema]),
  },
  {
    method: "delete",
    path: "/v1/cache/entries",
    summary: "Remove the answers of a document or a conversation, or all; dry_run=true counts only",
    scope: "admin",
    query: ["document_id", "conversation_id", "all", "dry_run"],
    reply: removedEntriesSchema,
  },
  {
    method: "get",
    path: "/v1/cache/entries/export",
    summary: "All stored answers, one on each line, to be imported again",
    scope: "admin",
  },
  {
    method: "get",
    path: "/v1/cache/entries/{id}",
    summary: "A stored answer",
    scope: "admin",
    reply: listedEntrySchema,
  },
  {
    method: "patch",
    path: "/v1/cache/entries/{id}",
    summary: "Give a stored answer other words, or pin it; what is left out stays",
    scope: "admin",
    request: entryEditSchema,
    reply: entrySchema,
  },
  {
    method: "delete",
    path: "/v1/cache/entries/{id}",
    summary: "Remove a stored answer",
    scope: "admin",
    reply: deletedSchema,
  },
  {
    method: "post",
    path: "/v1/cache/entries/{id}/release",
    summary: "Serve an answer again that was in quarantine",
    scope: "admin",
    reply: entrySchema,
  },
  {
    method: "post",
    path: "/v1/cache/explain",
    summary: "What the cache would do with a question, and why; changes nothing",
    scope: "admin",
    request: explainRequestSchema,
    reply: explanationSchema,
  },
  {
    method: "get",
    path: "/v1/cache/stats",
    summary: "Stored answers, hits and misses by tier, and the questions that come and save most",
    scope: "admin",
    query: ["from", "to", "time_zone", "limit"],
    reply: cacheStatsSchema,
  },
];
