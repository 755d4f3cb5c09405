import type { z } from "zod";
import type { CachePolicy } from "../../cache/policy.ts";
import type { PolicyVersion } from "../../tuning/policies.ts";
import type {
  policyDiffSchema,
  policyRequestSchema,
  policySchema,
} from "../schemas/policy-schemas.ts";

type PolicyBody = z.input<typeof policySchema>;
type Changes = z.input<typeof policyDiffSchema>["changes"];

/** A version with the API's field names. */
export function toPolicyBody(version: PolicyVersion): PolicyBody {
  const { policy, author, reason, createdAt } = version;
  return {
    version: version.version,
    threshold: policy.threshold,
    grey_threshold: policy.greyThreshold,
    ttl_seconds: policy.ttlSeconds,
    guards: policy.guards ?? {},
    evidence: policy.evidence ?? "in-doubt",
    shadow_rate: policy.shadowRate ?? 0,
    target_wrong_hit_rate: policy.targetWrongHitRate ?? null,
    author,
    reason,
    created_at: createdAt === null ? null : new Date(createdAt).toISOString(),
  };
}

/** Differences between two versions, without author and time. */
export function diffPolicies(before: PolicyVersion, after: PolicyVersion): Changes {
  const [old, now] = [fieldsOf(before), fieldsOf(after)];
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])];
  return names.flatMap((field) => {
    // Guards are on by default.
    const [from, to] = [old[field] ?? null, now[field] ?? null].map((value) =>
      field.startsWith("guards.") ? value !== false : value,
    );
    return from === to || from === undefined || to === undefined ? [] : [{ field, from, to }];
  });
}

function fieldsOf(version: PolicyVersion): Record<string, Changes[number]["from"]> {
  const {
    version: _n,
    author: _a,
    reason: _r,
    created_at: _c,
    guards,
    ...fields
  } = toPolicyBody(version);
  const switches = Object.entries(guards).map(([name, isOn]) => [`guards.${name}`, isOn]);
  return { ...fields, ...Object.fromEntries(switches) };
}

/** A policy changed by the fields of a body; absent fields are unchanged. */
export function changePolicy(
  before: CachePolicy,
  body: z.output<typeof policyRequestSchema>,
): CachePolicy {
  const { target_wrong_hit_rate: target = before.targetWrongHitRate } = body;
  return {
    threshold: body.threshold ?? before.threshold,
    greyThreshold: body.grey_threshold ?? before.greyThreshold,
    ttlSeconds: body.ttl_seconds ?? before.ttlSeconds,
    guards: { ...before.guards, ...body.guards },
    evidence: body.evidence ?? before.evidence,
    shadowRate: body.shadow_rate ?? before.shadowRate,
    targetWrongHitRate: target,
  };
}
