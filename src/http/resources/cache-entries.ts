import { clientSignal } from "../request-context.ts";
import type { AnswerEntry, AnswerSelection } from "../../cache/types.ts";
import { RepriseError } from "../../errors.ts";
import { defineRoute } from "../define-route.ts";
import { json, lines } from "../described-body.ts";
import { fromEntryBody, toEntryBody, toListedEntryBody } from "../formats/entry-format.ts";
import { readJson, unless, invalidRequest, validate } from "../validate.ts";
import { requireDocuments } from "../answer-route.ts";
import { isLines, onLine, readAnswerLines, readLines, sendNdjson } from "../ndjson.ts";
import { deletedSchema } from "../schemas/chat-schemas.ts";
import {
  entryEditSchema,
  entryListQuerySchema,
  entryListSchema,
  entrySchema,
  givenAnswerSchema,
  importedSchema,
  listedEntrySchema,
  removalQuerySchema,
  removedEntriesSchema,
} from "../schemas/entry-schemas.ts";
import { noQuerySchema } from "../schemas/parameter-schemas.ts";
import type { HttpDependencies, Principal } from "../types.ts";

const MAX_ANSWER_BYTES = 1024 * 1024;
const MAX_IMPORT_BYTES = 50 * 1024 * 1024;
/** Page size of an export. */
const EXPORT_PAGE = 100;

/** Cache entries: list, write, edit, remove, import and export. */
export const CACHE_ENTRY_ROUTES = [
  defineRoute({
    method: "get",
    path: "/v1/cache/entries",
    summary: "Stored answers, the newest first; query finds words in question and answer",
    scope: "admin",
    access: "tenant",
    query: entryListQuerySchema,
    replies: { 200: json(entryListSchema) },
    handle:
      (dependencies) =>
      async ({ query, caller: { tenant }, response }) => {
        const { query: text, document_id: documentId, conversation_id, ...page } = query;
        const listing = { tenant, text, documentId, conversationId: conversation_id, ...page };
        const { rows, nextCursor } = await dependencies.entries.list(listing);
        const entries = await withHits(tenant, rows, dependencies);
        response.json({ entries, next_cursor: nextCursor });
      },
  }),
  defineRoute({
    method: "post",
    path: "/v1/cache/entries",
    summary: "Store an answer that a person wrote; as application/x-ndjson many, or an export",
    scope: "admin",
    access: "tenant",
    request: {
      ...json(givenAnswerSchema),
      ...lines("A GivenAnswer on each line", givenAnswerSchema),
    },
    replies: { 200: json(importedSchema), 201: json(entrySchema) },
    before: (dependencies) => [
      requireDocuments(dependencies),
      readLines(MAX_IMPORT_BYTES),
      ...unless(isLines, readJson(MAX_ANSWER_BYTES)),
    ],
    handle:
      (dependencies) =>
      async ({ caller: { tenant }, request, response }) => {
        if (isLines(request)) response.json(await importLines(tenant, request.body, dependencies));
        else response.status(201).json(await storeOne(tenant, request.body, dependencies));
      },
  }),
  defineRoute({
    method: "delete",
    path: "/v1/cache/entries",
    summary: "Remove the answers of a document or a conversation, or all; dry_run=true counts only",
    scope: "admin",
    access: "tenant",
    query: removalQuerySchema,
    replies: { 200: json(removedEntriesSchema) },
    handle:
      ({ entries }) =>
      async ({ query, caller: { tenant }, response }) => {
        const { document_id: documentId, conversation_id: conversationId } = query;
        const selection: AnswerSelection = { tenant, documentId, conversationId };
        const isDryRun = query.dry_run === "true";
        const removed = await (isDryRun ? entries.count(selection) : entries.removeAll(selection));
        response.json({ removed, dry_run: isDryRun });
      },
  }),
  defineRoute({
    method: "get",
    path: "/v1/cache/entries/export",
    summary: "All stored answers, one on each line, to be imported again",
    scope: "admin",
    access: "tenant",
    query: noQuerySchema,
    replies: { 200: lines("A CacheEntry on each line", entrySchema) },
    handle:
      ({ entries }) =>
      async ({ caller: { tenant }, response }) => {
        const all = allEntries(entries, tenant);
        await sendNdjson(response, all, toEntryBody, clientSignal(response), {
          "Content-Disposition": 'attachment; filename="answers.ndjson"',
        });
      },
  }),
  defineRoute({
    method: "get",
    path: "/v1/cache/entries/{id}",
    summary: "A stored answer",
    scope: "admin",
    access: "tenant",
    replies: { 200: json(listedEntrySchema) },
    handle:
      (dependencies) =>
      async ({ response, ...given }) => {
        const entry = await find(given, dependencies);
        response.json((await withHits(entry.tenant, [entry], dependencies))[0]);
      },
  }),
  defineRoute({
    method: "patch",
    path: "/v1/cache/entries/{id}",
    summary: "Give a stored answer other words, or pin it; what is left out stays",
    scope: "admin",
    access: "tenant",
    body: entryEditSchema,
    replies: { 200: json(entrySchema) },
    before: () => readJson(MAX_ANSWER_BYTES),
    handle:
      ({ editEntry }) =>
      async ({ id, body: { answer, pinned: isPinned }, caller: { tenant }, response }) => {
        const entry = await editEntry({ tenant, id, answer, isPinned });
        if (entry === undefined) throw unknownEntry(id);
        response.json(toEntryBody(entry));
      },
  }),
  defineRoute({
    method: "delete",
    path: "/v1/cache/entries/{id}",
    summary: "Remove a stored answer",
    scope: "admin",
    access: "tenant",
    query: noQuerySchema,
    replies: { 200: json(deletedSchema) },
    handle:
      (dependencies) =>
      async ({ response, ...given }) => {
        const { id, scope } = await find(given, dependencies);
        response.json({ id, deleted: await dependencies.entries.remove({ scope, id }) });
      },
  }),
  defineRoute({
    method: "post",
    path: "/v1/cache/entries/{id}/release",
    summary: "Serve an answer again that was in quarantine",
    scope: "admin",
    access: "tenant",
    replies: { 200: json(entrySchema) },
    handle:
      (dependencies) =>
      async ({ response, ...given }) => {
        const entry = await find(given, dependencies);
        await dependencies.entries.setQuarantined({ ...entry, isQuarantined: false });
        response.json(toEntryBody({ ...entry, isQuarantined: false }));
      },
  }),
];

async function find(
  { id, caller }: { id: string; caller: Principal },
  { entries }: Pick<HttpDependencies, "entries">,
): Promise<AnswerEntry> {
  const entry = await entries.find({ tenant: caller.tenant, id });
  if (entry === undefined) throw unknownEntry(id);
  return entry;
}

function unknownEntry(id: string): RepriseError {
  return new RepriseError("not_found", `There is no stored answer ${id}; it may have expired.`);
}

/** Entries with their hit counts, including hits that are not flushed yet. */
async function withHits(
  tenant: string,
  rows: readonly AnswerEntry[],
  { lookups, settleLookups }: Pick<HttpDependencies, "lookups" | "settleLookups">,
) {
  await settleLookups();
  const served = await lookups.timesServed({ tenant, entryIds: rows.map(({ id }) => id) });
  return rows.map((entry) => toListedEntryBody(entry, served.get(entry.id)));
}

async function storeOne(tenant: string, body: unknown, { curate }: HttpDependencies) {
  const given = fromEntryBody(validate(givenAnswerSchema, body));
  const [done] = await curate({ tenant, given: [given] });
  if (done?.kind === "stored") return toEntryBody(done.entry);
  throw invalidRequest(done === undefined ? [] : [{ param: done.param, message: done.message }]);
}

/** An invalid line fails the import. A valid line that cannot be stored now is skipped and reported. */
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
