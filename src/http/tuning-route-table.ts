import { json, lines } from "./described-body.ts";
import type { DescribedRoute } from "./described-route.ts";
import {
  labelRequestSchema,
  lookupExportQuerySchema,
  lookupListQuerySchema,
  lookupListSchema,
  lookupSchema,
} from "./schemas/lookup-schemas.ts";
import {
  policyDiffQuerySchema,
  policyDiffSchema,
  policyRequestSchema,
  policySchema,
  policyVersionsQuerySchema,
  policyVersionsSchema,
  rollbackRequestSchema,
} from "./schemas/policy-schemas.ts";
import { rangeQuerySchema } from "./schemas/record-schemas.ts";
import {
  evaluateRequestSchema,
  evaluationSchema,
  replayRequestSchema,
  replaySchema,
  shadowReportSchema,
} from "./schemas/tuning-schemas.ts";

/** The routes of those who choose when an answer may be served again. */
export const TUNING_ROUTES: readonly DescribedRoute[] = [
  {
    method: "get",
    path: "/v1/cache/lookups",
    summary: "The log of lookups; near_misses=true: first those that the threshold just missed",
    scope: "admin",
    query: lookupListQuerySchema,
    replies: { 200: json(lookupListSchema) },
  },
  {
    method: "get",
    path: "/v1/cache/lookups/export",
    summary: "The log, a lookup a line, oldest first",
    scope: "admin",
    query: lookupExportQuerySchema,
    replies: { 200: lines("A Lookup on each line", lookupSchema) },
  },
  {
    method: "get",
    path: "/v1/cache/lookups/{id}",
    summary: "A lookup with all its labels",
    scope: "admin",
    replies: { 200: json(lookupSchema) },
  },
  {
    method: "post",
    path: "/v1/cache/lookups/{id}/label",
    summary: "Say whether the stored answer answers the question",
    scope: "admin",
    request: json(labelRequestSchema),
    replies: { 200: json(lookupSchema) },
  },
  {
    method: "delete",
    path: "/v1/cache/lookups/{id}/label",
    summary: "Take the person's label back",
    scope: "admin",
    replies: { 200: json(lookupSchema) },
  },
  {
    method: "get",
    path: "/v1/cache/policy",
    summary: "The policy in force, with its version and author",
    scope: "admin",
    replies: { 200: json(policySchema) },
  },
  {
    method: "put",
    path: "/v1/cache/policy",
    summary: "Change the policy; in force on every replica within a second",
    scope: "admin",
    request: json(policyRequestSchema),
    replies: { 200: json(policySchema) },
  },
  {
    method: "get",
    path: "/v1/cache/policy/versions",
    summary: "Every version of the policy and what it changed, newest first",
    scope: "admin",
    query: policyVersionsQuerySchema,
    replies: { 200: json(policyVersionsSchema) },
  },
  {
    method: "get",
    path: "/v1/cache/policy/diff",
    summary: "In what two versions of the policy differ",
    scope: "admin",
    query: policyDiffQuerySchema,
    replies: { 200: json(policyDiffSchema) },
  },
  {
    method: "post",
    path: "/v1/cache/policy/rollback",
    summary: "Put a former version in force again, as a new version",
    scope: "admin",
    request: json(rollbackRequestSchema),
    replies: { 200: json(policySchema) },
  },
  {
    method: "post",
    path: "/v1/cache/evaluate",
    summary: "What each threshold would do on labelled pairs or the log, and the one to choose",
    scope: "admin",
    request: json(evaluateRequestSchema),
    replies: { 200: json(evaluationSchema) },
  },
  {
    method: "post",
    path: "/v1/cache/replay",
    summary: "What another setting would have done with the logged questions, asked again in order",
    scope: "admin",
    request: json(replayRequestSchema),
    isRequestOptional: true,
    replies: { 200: json(replaySchema) },
  },
  {
    method: "get",
    path: "/v1/cache/shadow",
    summary: "How many of the hits that were answered anew were wrong, and what that cost",
    scope: "admin",
    query: rangeQuerySchema,
    replies: { 200: json(shadowReportSchema) },
  },
];
