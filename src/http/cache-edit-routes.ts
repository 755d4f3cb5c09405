import { Router } from "express";
import { RepriseError } from "../errors.ts";
import { toEntryBody } from "./formats/entry-format.ts";
import { authenticate } from "./middleware/authenticate.ts";
import { readJson } from "./middleware/read-json.ts";
import { pathParam, principalOf } from "./request-context.ts";
import { entryEditSchema } from "./schemas/entry-schemas.ts";
import type { HttpDependencies } from "./types.ts";
import { validate } from "./validate.ts";

const MAX_BODY_BYTES = 1024 * 1024;

/** A stored answer is given other words, or a pin. */
export function cacheEditRoutes({
  editEntry,
  apiKeys,
}: Pick<HttpDependencies, "editEntry" | "apiKeys">): Router {
  const router = Router();
  router.patch(
    "/v1/cache/entries/:id",
    authenticate(apiKeys, "admin"),
    ...readJson(MAX_BODY_BYTES),
    async (request, response) => {
      const { answer, pinned: isPinned } = validate(entryEditSchema, request.body);
      const { tenant } = principalOf(response);
      const id = pathParam(request, "id");
      const entry = await editEntry({ tenant, id, answer, isPinned });
      if (entry === undefined) {
        const message = `There is no stored answer ${id}; it may have expired.`;
        throw new RepriseError("not_found", message);
      }
      response.json(toEntryBody(entry));
    },
  );
  return router;
}
