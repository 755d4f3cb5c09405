import type { DescribedRoute } from "./described-route.ts";
import { labelRequestSchema, lookupListSchema, lookupSchema } from "./schemas/lookup-schemas.ts";
import {
  policyDiffSchema,
  policyRequestSchema,
  policySchema,
  policyVersionsSchema,
  rollbackRequestSchema,
} from "./schemas/policy-schemas.ts";
import { evaluateRequestSchema, evaluationSchema } from "./schemas/tuning-schemas.ts";

/** The routes of those who choose when an answer may be served again. */
export const TUNING_ROUTES: readonly DescribedRoute[] = [
  {
    method: "get",
    path: "/v1/cache/lookups",
    summary: "The log of lookups; near_misses=true: first those that the threshold just missed",
    scope: "admin",
    query: ["near_misses", "label", "verdict", "from", "to", "time_zone", "limit", "cursor"],
    reply: lookupListSchema,
  },
  {
    method: "get",
    path: "/v1/cache/lookups/export",
    summary: "The log, a lookup a line, oldest first",
    scope: "admin",
    query: ["label", "verdict", "from", "to", "time_zone"],
  },
  {
    method: "get",
    path: "/v1/cache/lookups/{id}",
    summary: "A lookup with all its labels",
    scope: "admin",
    reply: lookupSchema,
  },
  {
    method: "post",
    path: "/v1/cache/lookups/{id}/label",
    summary: "Say whether the stored answer answers the question",
    scope: "admin",
    request: labelRequestSchema,
    reply: lookupSchema,
  },
  {
    method: "delete",
    path: "/v1/cache/lookups/{id}/label",
    summary: "Take the person's label back",
    scope: "admin",
    reply: lookupSchema,
  },
  {
    method: "get",
    path: "/v1/cache/policy",
    summary: "The policy in force, with its version and author",
    scope: "admin",
    reply: policySchema,
  },
  {
    method: "put",
    path: "/v1/cache/policy",
    summary: "Change the policy; in force on every replica within a second",
    scope: "admin",
    request: policyRequestSchema,
    reply: policySchema,
  },
  {
    method: "get",
    path: "/v1/cache/policy/versions",
    summary: "Every version of the policy and what it changed, newest first",
    scope: "admin",
    query: ["limit", "cursor"],
    reply: policyVersionsSchema,
  },
  {
    method: "get",
    path: "/v1/cache/policy/diff",
    summary: "In what two versions of the policy differ",
    scope: "admin",
    query: ["from", "to"],
    reply: policyDiffSchema,
  },
  {
    method: "post",
    path: "/v1/cache/policy/rollback",
    summary: "Put a former version in force again, as a new version",
    scope: "admin",
    request: rollbackRequestSchema,
    reply: policySchema,
  },
  {
    method: "post",
    path: "/v1/cache/evaluate",
    summary: "What each threshold would do on labelled pairs, and the one to choose",
    scope: "admin",
    request: evaluateRequestSchema,
    reply: evaluationSchema,
  },
];
