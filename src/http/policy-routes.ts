import { Router } from "express";
import { RepriseError } from "../errors.ts";
import type { Policies, PolicyChange, PolicyVersion } from "../tuning/policies.ts";
import { changePolicy } from "./change-policy.ts";
import { diffPolicies, toPolicyBody } from "./formats/policy-format.ts";
import { authenticate } from "./middleware/authenticate.ts";
import { readJson } from "./middleware/read-json.ts";
import { principalOf } from "./request-context.ts";
import {
  policyDiffQuerySchema,
  policyRequestSchema,
  policyVersionsQuerySchema,
  rollbackRequestSchema,
} from "./schemas/policy-schemas.ts";
import type { HttpDependencies } from "./types.ts";
import { validate } from "./validate.ts";

const MAX_BODY_BYTES = 64 * 1024;
const PATH = "/v1/cache/policy";

/** What a tenant's product team sets of its cache. */
export function policyRoutes({
  apiKeys,
  policies,
}: Pick<HttpDependencies, "apiKeys" | "policies">): Router {
  const router = Router();
  const admin = authenticate(apiKeys, "admin");

  router.get(PATH, admin, (_request, response) => {
    response.json(toPolicyBody(policies.of(principalOf(response).tenant)));
  });

  router.put(PATH, admin, ...readJson(MAX_BODY_BYTES), async (request, response) => {
    const body = validate(policyRequestSchema, request.body);
    const { tenant, name } = principalOf(response);
    const policy = changePolicy(policies.of(tenant).policy, body);
    const said = { author: body.author ?? name, reason: body.reason ?? null };
    const change = { tenant, policy, ...said, expected: body.version };
    const same = await findUnchanged(policies, change);
    response.json(toPolicyBody(same ?? (await policies.change(change))));
  });

  router.get(`${PATH}/versions`, admin, async (request, response) => {
    const { limit, cursor } = validate(policyVersionsQuerySchema, request.query);
    const { tenant } = principalOf(response);
    const rows = await policies.versions({ tenant, before: cursor, limit });
    const before = await beforeThese(policies, rows);
    const versions = rows.map((version, index) => {
      const previous = rows[index + 1] ?? before;
      const changes = previous === undefined ? [] : diffPolicies(previous, version);
      return { ...toPolicyBody(version), changes };
    });
    const last = rows.at(-1)?.version ?? 0;
    response.json({ versions, next_cursor: last === 0 ? null : String(last) });
  });

  router.get(`${PATH}/diff`, admin, async (request, response) => {
    const { from, to } = validate(policyDiffQuerySchema, request.query);
    const { tenant } = principalOf(response);
    const before = await findVersion(policies, { tenant, version: from }, "from");
    const after = await findVersion(policies, { tenant, version: to }, "to");
    response.json({ from, to, changes: diffPolicies(before, after) });
  });

  router.post(`${PATH}/rollback`, admin, ...readJson(MAX_BODY_BYTES), async (request, response) => {
    const { version, ...body } = validate(rollbackRequestSchema, request.body);
    const { tenant, name } = principalOf(response);
    const { policy } = await findVersion(policies, { tenant, version }, "version");
    const reason = body.reason ?? `back to version ${version}`;
    const change = { tenant, policy, author: body.author ?? name, reason };
    response.json(toPolicyBody(await policies.change(change)));
  });
  return router;
}

/** The version in force where the change would leave it as it is: that is none. */
async function findUnchanged(
  policies: Pick<Policies, "versions">,
  { tenant, policy, expected }: PolicyChange,
): Promise<PolicyVersion | undefined> {
  const [inForce] = await policies.versions({ tenant, limit: 1 });
  if (inForce === undefined || inForce.version !== (expected ?? inForce.version)) return undefined;
  return diffPolicies(inForce, { ...inForce, policy }).length === 0 ? inForce : undefined;
}

/** The version before the last of a page. */
async function beforeThese(
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
