import { RepriseError } from "../../errors.ts";
import type { Policies, PolicyChange, PolicyVersion } from "../../tuning/policies.ts";
import { defineRoute } from "../define-route.ts";
import { json } from "../described-body.ts";
import { changePolicy, diffPolicies, toPolicyBody } from "../formats/policy-format.ts";
import { readJson } from "../validate.ts";
import {
  policyDiffQuerySchema,
  policyDiffSchema,
  policyRequestSchema,
  policySchema,
  policyVersionsQuerySchema,
  policyVersionsSchema,
  rollbackRequestSchema,
} from "../schemas/policy-schemas.ts";

const MAX_BODY_BYTES = 64 * 1024;

/** The cache policy of a tenant and its versions. */
export const POLICY_ROUTES = [
  defineRoute({
    method: "get",
    path: "/v1/cache/policy",
    summary: "The policy in force, with its version and author",
    scope: "admin",
    access: "tenant",
    replies: { 200: json(policySchema) },
    handle:
      ({ policies }) =>
      ({ caller: { tenant }, response }) => {
        response.json(toPolicyBody(policies.of(tenant)));
      },
  }),
  defineRoute({
    method: "put",
    path: "/v1/cache/policy",
    summary: "Change the policy; in force on every replica within a second",
    scope: "admin",
    access: "tenant",
    body: policyRequestSchema,
    replies: { 200: json(policySchema) },
    before: () => readJson(MAX_BODY_BYTES),
    handle:
      ({ policies }) =>
      async ({ body, caller: { tenant, name }, response }) => {
        const policy = changePolicy(policies.of(tenant).policy, body);
        const said = { author: body.author ?? name, reason: body.reason ?? null };
        const change = { tenant, policy, ...said, expected: body.version };
        const same = await findUnchanged(policies, change);
        response.json(toPolicyBody(same ?? (await policies.change(change))));
      },
  }),
  defineRoute({
    method: "get",
    path: "/v1/cache/policy/versions",
    summary: "Every version of the policy and what it changed, newest first",
    scope: "admin",
    access: "tenant",
    query: policyVersionsQuerySchema,
    replies: { 200: json(policyVersionsSchema) },
    handle:
      ({ policies }) =>
      async ({ query: { limit, cursor }, caller: { tenant }, response }) => {
        const rows = await policies.versions({ tenant, before: cursor, limit });
        const before = await findPredecessor(policies, rows);
        const versions = rows.map((version, index) => {
          const previous = rows[index + 1] ?? before;
          const changes = previous === undefined ? [] : diffPolicies(previous, version);
          return { ...toPolicyBody(version), changes };
        });
        const last = rows.at(-1)?.version ?? 0;
        response.json({ versions, next_cursor: last === 0 ? null : String(last) });
      },
  }),
  defineRoute({
    method: "get",
    path: "/v1/cache/policy/diff",
    summary: "In what two versions of the policy differ",
    scope: "admin",
    access: "tenant",
    query: policyDiffQuerySchema,
    replies: { 200: json(policyDiffSchema) },
    handle:
      ({ policies }) =>
      async ({ query: { from, to }, caller: { tenant }, response }) => {
        const before = await findVersion(policies, { tenant, version: from }, "from");
        const after = await findVersion(policies, { tenant, version: to }, "to");
        response.json({ from, to, changes: diffPolicies(before, after) });
      },
  }),
  defineRoute({
    method: "post",
    path: "/v1/cache/policy/rollback",
    summary: "Put a former version in force again, as a new version",
    scope: "admin",
    access: "tenant",
    body: rollbackRequestSchema,
    replies: { 200: json(policySchema) },
    before: () => readJson(MAX_BODY_BYTES),
    handle:
      ({ policies }) =>
      async ({ body: { version, ...body }, caller: { tenant, name }, response }) => {
        const { policy } = await findVersion(policies, { tenant, version }, "version");
        const reason = body.reason ?? `back to version ${version}`;
        const change = { tenant, policy, author: body.author ?? name, reason };
        response.json(toPolicyBody(await policies.change(change)));
      },
  }),
];

/** The active version, if the change has no effect: then no new version is created. */
async function findUnchanged(
  policies: Pick<Policies, "versions">,
  { tenant, policy, expected }: PolicyChange,
): Promise<PolicyVersion | undefined> {
  const [inForce] = await policies.versions({ tenant, limit: 1 });
  if (inForce === undefined || inForce.version !== (expected ?? inForce.version)) return undefined;
  return diffPolicies(inForce, { ...inForce, policy }).length === 0 ? inForce : undefined;
}

/** The version before the oldest one of a page. */
async function findPredecessor(
  policies: Pick<Policies, "find">,
  rows: readonly PolicyVersion[],
): Promise<PolicyVersion | undefined> {
  const last = rows.at(-1);
  if (last === undefined || last.version === 0) return undefined;
  return policies.find({ tenant: last.tenant, version: last.version - 1 });
}

async function findVersion(
  policies: Pick<Policies, "find">,
  key: { tenant: string; version: number },
  param: string,
): Promise<PolicyVersion> {
  const found = await policies.find(key);
  if (found !== undefined) return found;
  const message = `There is no version ${key.version} of the policy.`;
  throw new RepriseError("not_found", message, {
    details: [{ param, message: "is not a version of the policy" }],
  });
}
