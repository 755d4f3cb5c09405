import { Router, type RequestHandler, type Response } from "express";
import type { AnswerEntry, AnswerSelection } from "../cache/types.ts";
import { RepriseError } from "../errors.ts";
import { clientSignal } from "./event-stream.ts";
import { fromEntryBody, toEntryBody, toListedEntryBody } from "./formats/entry-format.ts";
import { authenticate } from "./middleware/authenticate.ts";
import { readJson } from "./middleware/read-json.ts";
import { isLines, readLines } from "./middleware/read-lines-body.ts";
import { refuseQuery } from "./middleware/refuse-query.ts";
import { requireDocuments } from "./middleware/require-documents.ts";
import { onLine, readAnswerLines } from "./read-lines.ts";
import { pathParam, principalOf } from "./request-context.ts";
import { sendNdjson } from "./send-ndjson.ts";
import {
  entryListQuerySchema,
  givenAnswerSchema,
  removalQuerySchema,
} from "./schemas/entry-schemas.ts";
import type { HttpDependencies } from "./types.ts";
import { invalidRequest, validate } from "./validate.ts";

const MAX_ANSWER_BYTES = 1024 * 1024;
const MAX_IMPORT_BYTES = 50 * 1024 * 1024;
/** Entries read at once for an export. */
const EXPORT_PAGE = 100;

/** Stored answers to look through, write, take away and carry elsewhere. */
export function cacheEntryRoutes(dependencies: HttpDependencies): Router {
  const { entries, apiKeys } = dependencies;
  const withHits = createWithHits(dependencies);
  const router = Router();
  const admin = authenticate(apiKeys, "admin");

  router.get("/v1/cache/entries", admin, async (request, response) => {
    const given = validate(entryListQuerySchema, request.query);
    const { query: text, document_id: documentId, conversation_id: conversationId } = given;
    const { tenant } = principalOf(response);
    const { limit, cursor } = given;
    const listing = { tenant, text, documentId, conversationId, limit, cursor };
    const { rows, nextCursor } = await entries.list(listing);
    response.json({ entries: await withHits(tenant, rows), next_cursor: nextCursor });
  });

  router.get("/v1/cache/entries/export", admin, refuseQuery, async (_request, response) => {
    const all = allEntries(entries, principalOf(response).tenant);
    await sendNdjson(response, all, toEntryBody, clientSignal(response), {
      "Content-Disposition": 'attachment; filename="answers.ndjson"',
    });
  });

  router.post(
    "/v1/cache/entries",
    admin,
    requireDocuments(dependencies),
    ...linesOrJson(),
    async (request, response) => {
      const { tenant } = principalOf(response);
      if (isLines(request)) response.json(await importLines(tenant, request.body, dependencies));
      else response.status(201).json(await storeOne(tenant, request.body, dependencies));
    },
  );

  router.delete("/v1/cache/entries", admin, async (request, response) => {
    const { tenant } = principalOf(response);
    const given = validate(removalQuerySchema, request.query);
    const { document_id: documentId, conversation_id: conversationId } = given;
    const selection: AnswerSelection = { tenant, documentId, conversationId };
    const isDryRun = given.dry_run === "true";
    const removed = await (isDryRun ? entries.count(selection) : entries.removeAll(selection));
    response.json({ removed, dry_run: isDryRun });
  });
  mountSingleEntries(router, admin, dependencies);
  return router;
}

function mountSingleEntries(
  router: Router,
  admin: RequestHandler,
  dependencies: Pick<HttpDependencies, "entries" | "lookups" | "settleLookups">,
): void {
  const { entries } = dependencies;
  const withHits = createWithHits(dependencies);

  async function find(response: Response, id: string): Promise<AnswerEntry> {
    const entry = await entries.find({ tenant: principalOf(response).tenant, id });
    if (entry !== undefined) return entry;
    throw new RepriseError("not_found", `There is no stored answer ${id}; it may have expired.`);
  }

  router.get("/v1/cache/entries/:id", admin, async (request, response) => {
    const entry = await find(response, pathParam(request, "id"));
    response.json((await withHits(entry.tenant, [entry]))[0]);
  });

  router.delete("/v1/cache/entries/:id", admin, refuseQuery, async (request, response) => {
    const { id, scope } = await find(response, pathParam(request, "id"));
    response.json({ id, deleted: await entries.remove({ scope, id }) });
  });

  router.post("/v1/cache/entries/:id/release", admin, async (request, response) => {
    const entry = await find(response, pathParam(request, "id"));
    await entries.setQuarantined({ ...entry, isQuarantined: false });
    response.json(toEntryBody({ ...entry, isQuarantined: false }));
  });
}

/** Entries with how often they were served; what was served this moment included. */
function createWithHits({
  lookups,
  settleLookups,
}: Pick<HttpDependencies, "lookups" | "settleLookups">) {
  return async (tenant: string, rows: readonly AnswerEntry[]) => {
    await settleLookups();
    const served = await lookups.timesServed({ tenant, entryIds: rows.map(({ id }) => id) });
    return rows.map((entry) => toListedEntryBody(entry, served.get(entry.id)));
  };
}

function linesOrJson(): RequestHandler[] {
  const json = readJson(MAX_ANSWER_BYTES).map(
    (handler): RequestHandler =>
      function readUnlessLines(request, response, next) {
        return isLines(request) ? next() : handler(request, response, next);
      },
  );
  return [readLines(MAX_IMPORT_BYTES), ...json];
}

async function storeOne(tenant: string, body: unknown, { curate }: HttpDependencies) {
  const given = fromEntryBody(validate(givenAnswerSchema, body));
  const [done] = await curate({ tenant, given: [given] });
  if (done?.kind === "stored") return toEntryBody(done.entry);
  throw invalidRequest(done === undefined ? [] : [{ param: done.param, message: done.message }]);
}

/** Wrong lines refuse the whole; lines that are right and not true now are left out and told. */
async function importLines(tenant: string, body: unknown, { curate }: HttpDependencies) {
  const lines = await readAnswerLines(typeof body === "string" ? body : "");
  const given = lines.map((line) => fromEntryBody(line.body));
  const done = await curate({ tenant, given });
  const refused = done.flatMap((answer, index) => {
    const line = lines[index]?.line ?? 0;
    return answer.kind === "refused" ? [{ line, ...onLine(line, answer) }] : [];
  });
  return { stored: done.length - refused.length, refused };
}

async function* allEntries(
  entries: HttpDependencies["entries"],
  tenant: string,
): AsyncGenerator<AnswerEntry> {
  let cursor: string | undefined;
  do {
    const page = await entries.list({ tenant, limit: EXPORT_PAGE, cursor });
    yield* page.rows;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}
