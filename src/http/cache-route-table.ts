import { json, lines } from "./described-body.ts";
import type { Route } from "./define-route.ts";
import {
  cacheStatsQuerySchema,
  cacheStatsSchema,
  explainRequestSchema,
  explanationSchema,
} from "./schemas/cache-schemas.ts";
import { deletedSchema } from "./schemas/chat-schemas.ts";
import {
  entryEditSchema,
  entryListQuerySchema,
  entryListSchema,
  entrySchema,
  givenAnswerSchema,
  importedSchema,
  listedEntrySchema,
  removalQuerySchema,
  removedEntriesSchema,
} from "./schemas/entry-schemas.ts";

/** The routes of those who look after the stored answers. */
export const CACHE_ROUTES: readonly Route[] = [
  {
    method: "get",
    path: "/v1/cache/entries",
    summary: "Stored answers, the newest first; query finds words in question and answer",
    scope: "admin",
    access: "tenant",
    query: entryListQuerySchema,
    replies: { 200: json(entryListSchema) },
  },
  {
    method: "post",
    path: "/v1/cache/entries",
    summary: "Store an answer that a person wrote; as application/x-ndjson many, or an export",
    scope: "admin",
    access: "tenant",
    request: {
      ...json(givenAnswerSchema),
      ...lines("A GivenAnswer on each line", givenAnswerSchema),
    },
    replies: { 200: json(importedSchema), 201: json(entrySchema) },
  },
  {
    method: "delete",
    path: "/v1/cache/entries",
    summary: "Remove the answers of a document or a conversation, or all; dry_run=true counts only",
    scope: "admin",
    access: "tenant",
    query: removalQuerySchema,
    replies: { 200: json(removedEntriesSchema) },
  },
  {
    method: "get",
    path: "/v1/cache/entries/export",
    summary: "All stored answers, one on each line, to be imported again",
    scope: "admin",
    access: "tenant",
    replies: { 200: lines("A CacheEntry on each line", entrySchema) },
  },
  {
    method: "get",
    path: "/v1/cache/entries/{id}",
    summary: "A stored answer",
    scope: "admin",
    access: "tenant",
    replies: { 200: json(listedEntrySchema) },
  },
  {
    method: "patch",
    path: "/v1/cache/entries/{id}",
    summary: "Give a stored answer other words, or pin it; what is left out stays",
    scope: "admin",
    access: "tenant",
    request: json(entryEditSchema),
    replies: { 200: json(entrySchema) },
  },
  {
    method: "delete",
    path: "/v1/cache/entries/{id}",
    summary: "Remove a stored answer",
    scope: "admin",
    access: "tenant",
    replies: { 200: json(deletedSchema) },
  },
  {
    method: "post",
    path: "/v1/cache/entries/{id}/release",
    summary: "Serve an answer again that was in quarantine",
    scope: "admin",
    access: "tenant",
    replies: { 200: json(entrySchema) },
  },
  {
    method: "post",
    path: "/v1/cache/explain",
    summary: "What the cache would do with a question, and why; changes nothing",
    scope: "admin",
    access: "tenant",
    request: json(explainRequestSchema),
    replies: { 200: json(explanationSchema) },
  },
  {
    method: "get",
    path: "/v1/cache/stats",
    summary: "Stored answers, hits and misses by tier, and the questions that come and save most",
    scope: "admin",
    access: "tenant",
    query: cacheStatsQuerySchema,
    replies: { 200: json(cacheStatsSchema) },
  },
];
