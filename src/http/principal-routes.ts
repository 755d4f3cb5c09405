import { Router } from "express";
import { authenticate } from "./middleware/authenticate.ts";
import { principalOf } from "./request-context.ts";
import type { HttpDependencies } from "./types.ts";

/** Whose key a client has, so that a page shows what the key opens and no more. */
export function principalRoutes({ apiKeys }: Pick<HttpDependencies, "apiKeys">): Router {
  const router = Router();
  router.get("/v1/me", authenticate(apiKeys, "any"), (_request, response) => {
    const { tenant, name, scopes, user } = principalOf(response);
    response.json({
      tenant,
      name,
      scopes: [...scopes],
      ...(user !== undefined && { user_id: user.id, groups: user.groups }),
      keys_configured: apiKeys.isConfigured,
    });
  });
  return router;
}
