import { Router } from "express";
import type { z } from "zod";
import type { PolicyVersion } from "../tuning/policies.ts";
import { authenticate } from "./middleware/authenticate.ts";
import { readJson } from "./middleware/read-json.ts";
import { principalOf } from "./request-context.ts";
import { policyRequestSchema, type policySchema } from "./schemas/tuning-schemas.ts";
import type { HttpDependencies } from "./types.ts";
import { validate } from "./validate.ts";

const MAX_BODY_BYTES = 64 * 1024;

/** What a tenant's product team sets of its cache. */
export function policyRoutes({
  apiKeys,
  policies,
}: Pick<HttpDependencies, "apiKeys" | "policies">): Router {
  const router = Router();
  const admin = authenticate(apiKeys, "admin");
  const path = "/v1/cache/policy";

  router.get(path, admin, (_request, response) => {
    response.json(toPolicyBody(policies.of(principalOf(response).tenant)));
  });

  router.put(path, admin, ...readJson(MAX_BODY_BYTES), async (request, response) => {
    const body = validate(policyRequestSchema, request.body);
    const { tenant, name } = principalOf(response);
    const { policy: before } = policies.of(tenant);
    const policy = {
      threshold: body.threshold ?? before.threshold,
      greyThreshold: body.grey_threshold ?? before.greyThreshold,
      ttlSeconds: body.ttl_seconds ?? before.ttlSeconds,
      guards: { ...before.guards, ...body.guards },
    };
    const author = body.author ?? name;
    const reason = body.reason ?? null;
    response.json(toPolicyBody(await policies.change({ tenant, policy, author, reason })));
  });
  return router;
}

function toPolicyBody(version: PolicyVersion): z.input<typeof policySchema> {
  const { policy, author, reason, createdAt } = version;
  return {
    version: version.version,
    threshold: policy.threshold,
    grey_threshold: policy.greyThreshold,
    ttl_seconds: policy.ttlSeconds,
    guards: policy.guards ?? {},
    author,
    reason,
    created_at: createdAt === null ? null : new Date(createdAt).toISOString(),
  };
}
