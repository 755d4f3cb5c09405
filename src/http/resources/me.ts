import { defineRoute } from "../define-route.ts";
import { json } from "../described-body.ts";
import { principalSchema } from "../schemas/common-schemas.ts";

export const ME_ROUTES = [
  defineRoute({
    method: "get",
    path: "/v1/me",
    summary: "Get the identity and the scopes of the key",
    scope: "any",
    access: "known",
    replies: { 200: json(principalSchema) },
    handle:
      ({ apiKeys }) =>
      ({ caller: { tenant, name, scopes, user, reader }, response }) => {
        response.json({
          tenant,
          name,
          scopes: [...scopes],
          ...(user !== undefined && { user_id: user.id }),
          groups: [...(reader?.groups ?? [])],
          keys_configured: apiKeys.isConfigured,
        });
      },
  }),
];
