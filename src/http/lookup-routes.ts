import { Router, type Response } from "express";
import { RepriseError } from "../errors.ts";
import type { LabelledLookup } from "../tuning/lookup-types.ts";
import { askedRange } from "./asked-range.ts";
import { clientSignal } from "./event-stream.ts";
import { toLookupBody } from "./formats/lookup-format.ts";
import { authenticate } from "./middleware/authenticate.ts";
import { readJson } from "./middleware/read-json.ts";
import { refuseQuery } from "./middleware/refuse-query.ts";
import { pathParam, principalOf } from "./request-context.ts";
import {
  labelRequestSchema,
  lookupExportQuerySchema,
  lookupListQuerySchema,
} from "./schemas/lookup-schemas.ts";
import { sendNdjson } from "./send-ndjson.ts";
import type { HttpDependencies } from "./types.ts";
import { validate } from "./validate.ts";

const MAX_BODY_BYTES = 64 * 1024;
const PATH = "/v1/cache/lookups";

/** The log of lookups, to be read and labelled. */
export function lookupRoutes(dependencies: HttpDependencies): Router {
  const { lookups, settleLookups, apiKeys } = dependencies;
  const router = Router();
  const admin = authenticate(apiKeys, "admin");

  router.get(PATH, admin, async (request, response) => {
    const query = validate(lookupListQuerySchema, request.query);
    const { limit, cursor, label, verdict } = query;
    const nearMissesFirst = query.near_misses === "true";
    const selection = { ...askedRange(query, response), label, verdict };
    await settleLookups();
    const page = await lookups.list({ ...selection, nearMissesFirst, limit, cursor });
    response.json({ lookups: page.rows.map(toLookupBody), next_cursor: page.nextCursor });
  });

  router.get(`${PATH}/export`, admin, async (request, response) => {
    const query = validate(lookupExportQuerySchema, request.query);
    const { label, verdict } = query;
    const selection = { ...askedRange(query, response), label, verdict };
    await settleLookups();
    response.attachment("lookups.ndjson");
    await sendNdjson(response, lookups.all(selection), toLookupBody, clientSignal(response));
  });
  addSingle(router, dependencies);
  return router;
}

/** A label says whether two questions are the same: where there are no two, it would say nothing. */
function checkComparable({ id, nearest, tier }: LabelledLookup): void {
  if (nearest !== null && tier !== "exact") return;
  const why = nearest === null ? "no stored question was near" : "the exact tier served it";
  throw new RepriseError("invalid_request", `The lookup ${id} compares no two questions: ${why}.`);
}

function addSingle(router: Router, { lookups, settleLookups, apiKeys }: HttpDependencies): void {
  const admin = authenticate(apiKeys, "admin");

  async function find(response: Response, id: string): Promise<LabelledLookup> {
    const lookup = await lookups.find({ tenant: principalOf(response).tenant, id });
    if (lookup !== undefined) return lookup;
    const message = `There is no lookup ${id} in the log; it may be too old, or was never logged.`;
    throw new RepriseError("not_found", message);
  }

  router.get(`${PATH}/:id`, admin, async (request, response) => {
    await settleLookups();
    response.json(toLookupBody(await find(response, pathParam(request, "id"))));
  });

  router.post(
    `${PATH}/:id/label`,
    admin,
    ...readJson(MAX_BODY_BYTES),
    async (request, response) => {
      const { same, note = null } = validate(labelRequestSchema, request.body);
      const { tenant, name } = principalOf(response);
      const id = pathParam(request, "id");
      await settleLookups();
      checkComparable(await find(response, id));
      const said = { source: "person", same, note, author: name, createdAt: Date.now() } as const;
      await lookups.label({ tenant, id }, said);
      response.json(toLookupBody(await find(response, id)));
    },
  );

  router.delete(`${PATH}/:id/label`, admin, refuseQuery, async (request, response) => {
    const id = pathParam(request, "id");
    const { tenant } = principalOf(response);
    await lookups.unlabel({ tenant, id, source: "person" });
    response.json(toLookupBody(await find(response, id)));
  });
}
