import type { Request } from "express";
import { RepriseError } from "../../errors.ts";
import { compareVersions } from "../../knowledge/compare-versions.ts";
import type { Passage, StoredDocument, StoredVersion } from "../../knowledge/types.ts";
import { defineRoute } from "../define-route.ts";
import { json } from "../described-body.ts";
import { findDocument, putDocument, unknownDocument } from "../document-changes.ts";
import { toPassageBody } from "../formats/document-format.ts";
import {
  comparedVersionsSchema,
  comparisonQuerySchema,
  documentChangeQuerySchema,
  documentVersionSchema,
  documentVersionsSchema,
  ingestReportSchema,
} from "../schemas/document-schemas.ts";
import { noQuerySchema, versionPathSchema } from "../schemas/parameter-schemas.ts";
import type { HttpDependencies, Principal } from "../types.ts";
import { validate } from "../validate.ts";

/**
 * Earlier versions of documents. Their texts are for admins: a version may be older than the groups that may read
 * the document now.
 */
export const DOCUMENT_VERSION_ROUTES = [
  defineRoute({
    method: "get",
    path: "/v1/documents/{id}/versions",
    summary: "What a document was before, newest first",
    scope: "chat",
    access: "tenant",
    replies: { 200: json(documentVersionsSchema) },
    handle:
      ({ documents }) =>
      async ({ id, caller, response }) => {
        await findDocument({ id, caller }, documents);
        const versions = await documents.versions({ tenant: caller.tenant, documentId: id });
        response.json({
          versions: versions.map(({ createdAt, ...version }) => ({
            ...version,
            created_at: new Date(createdAt).toISOString(),
          })),
        });
      },
  }),
  defineRoute({
    method: "get",
    path: "/v1/documents/{id}/versions/{version}",
    summary: "An earlier version of a document, with its text",
    scope: "admin",
    access: "tenant",
    query: noQuerySchema,
    replies: { 200: json(documentVersionSchema) },
    handle:
      ({ documents }) =>
      async ({ id, caller, request, response }) => {
        const { createdAt, ...found } = await findVersion(
          { id, caller, version: versionOf(request) },
          documents,
        );
        const { version, title, source, text } = found;
        const created_at = new Date(createdAt).toISOString();
        const characters = text.length;
        response.json({ id, version, title, source, characters, created_at, text });
      },
  }),
  defineRoute({
    method: "get",
    path: "/v1/documents/{id}/versions/{version}/compare",
    summary: "Which passages differ between a version and another one, or the present one",
    scope: "admin",
    access: "tenant",
    query: comparisonQuerySchema,
    replies: { 200: json(comparedVersionsSchema) },
    handle:
      ({ documents, reader }) =>
      async ({ id, caller, query, request, response }) => {
        const version = versionOf(request);
        const before = await findVersion({ id, caller, version }, documents);
        const to = query.to ?? (await findDocument({ id, caller }, documents)).version;
        const after = await findVersion({ id, caller, version: to }, documents);
        const split = (of: StoredVersion) => reader.splitStored({ ...of, id });
        const { same, changes } = compareVersions(await split(before), await split(after));
        const body = (passage: Passage | undefined) => (passage ? toPassageBody(passage) : null);
        response.json({
          id,
          from: version,
          to,
          same,
          changes: changes.map((change) => ({
            before: body(change.before),
            after: body(change.after),
          })),
        });
      },
  }),
  defineRoute({
    method: "post",
    path: "/v1/documents/{id}/versions/{version}/restore",
    summary: "Make an earlier version the present one, as a new version; dry_run=true only reports",
    scope: "admin",
    access: "tenant",
    query: documentChangeQuerySchema,
    replies: { 200: json(ingestReportSchema) },
    handle:
      (dependencies) =>
      async ({ id, caller, query, request, response }) => {
        const key = { id, caller, version: versionOf(request) };
        const { title, text, source, places } = await findVersion(key, dependencies.documents);
        const document = { id, title, text, source, places };
        await putDocument({ document, skipped: [] }, query, response, dependencies);
      },
  }),
];

function versionOf(request: Request): number {
  return validate(versionPathSchema, { ...request.params }).version;
}

/** @throws RepriseError `not_found` for a missing document, and for a version that it never had or that has expired */
async function findVersion(
  { id, caller, version }: { id: string; caller: Principal; version: number },
  documents: HttpDependencies["documents"],
): Promise<StoredVersion> {
  const { tenant } = caller;
  const found = await documents.version({ tenant, documentId: id, version });
  if (found !== undefined) return found;
  const current: StoredDocument | undefined = await documents.get({ tenant, documentId: id });
  if (current === undefined) throw unknownDocument(id);
  throw new RepriseError("not_found", `The document ${id} has no version ${version}.`);
}
