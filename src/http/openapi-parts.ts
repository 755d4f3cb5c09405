import { z } from "zod";
import type { Route } from "./define-route.ts";
import type { DescribedBody, DescribedContent } from "./described-body.ts";
import type { OpenApiComponents } from "./openapi-components.ts";
import {
  cacheReplyHeadersSchema,
  pathSchema,
  versionPathSchema,
  rateHeadersSchema,
  replyHeadersSchema,
  retryHeadersSchema,
} from "./schemas/parameter-schemas.ts";

type Direction = "input" | "output";

const objectSchema = z.object({
  properties: z.record(z.string(), z.looseObject({ description: z.string().optional() })),
  required: z.array(z.string()).default([]),
});

/** The `{name}` parameters of a path. */
export function pathParameters(path: string, { refer }: OpenApiComponents): object[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: refer(
      name === "version" ? versionPathSchema.shape.version : pathSchema(path).shape.id,
      "input",
    ),
  }));
}

/** A schema's fields as parameters. */
export function parametersIn(
  place: "query" | "header",
  fields: z.ZodObject | undefined,
  { refer }: OpenApiComponents,
): object[] {
  if (fields === undefined) return [];
  return fieldsOf(fields, "input", refer).map(({ name, ...field }) => ({
    name,
    in: place,
    ...field,
  }));
}

/** The headers of a reply. */
export function replyHeaders(
  reply: { readonly status: number; readonly isAnswer: boolean; readonly isLimited: boolean },
  { refer }: OpenApiComponents,
): Record<string, object> {
  const { status, isAnswer, isLimited } = reply;
  const schemas: z.ZodType[] = [replyHeadersSchema];
  if (isLimited) schemas.push(rateHeadersSchema);
  if (isAnswer && status < 300) schemas.push(cacheReplyHeadersSchema);
  if (status === 429 || status === 503) schemas.push(retryHeadersSchema);
  const headers = schemas.flatMap((schema) => fieldsOf(schema, "output", refer));
  return Object.fromEntries(headers.map(({ name, ...header }) => [name, header]));
}

function fieldsOf(schema: z.ZodType, io: Direction, refer: OpenApiComponents["refer"]) {
  const { properties, required } = objectSchema.parse(refer(schema, io));
  return Object.entries(properties).map(([name, { description, ...body }]) => ({
    name,
    required: required.includes(name),
    ...(description !== undefined && { description }),
    schema: body,
  }));
}

/** A body's media types with their schemas. */
export function contentOf(
  body: DescribedBody,
  io: Direction,
  { refer }: OpenApiComponents,
): Record<string, object> {
  return Object.fromEntries(
    Object.entries(body).map(([mediaType, content]) => [
      mediaType,
      { schema: schemaOf(content, io, refer) },
    ]),
  );
}

/**
 * OpenAPI 3.1 lacks the `itemSchema` of 3.2. Its tools read the schema of server-sent events as that of each
 * event, and the schema of other streams as that of the whole text.
 */
function schemaOf(
  content: DescribedContent,
  io: Direction,
  refer: OpenApiComponents["refer"],
): object {
  if (content instanceof z.ZodType) return refer(content, io);
  const { description, parts } = content;
  if (parts.kind === "lines") {
    return { type: "string", description, "x-itemSchema": refer(parts.line, io) };
  }
  const events = Object.entries(parts.data).map(([event, data]) => ({
    type: "object",
    properties: {
      event: { const: event },
      id: { type: "string" },
      data: {
        type: "string",
        contentMediaType: "application/json",
        contentSchema: refer(data, io),
      },
    },
    required: ["data"],
  }));
  return { description, oneOf: events };
}

/** Routes without a body that may answer 404. */
const MAY_MISS = /\{id\}|^\/v1\/(?:chat|embeddings|responses|ui)|\/policy\/(?:diff|rollback)$/;

/** Error statuses of a route, derived from its body and scope. */
export function errorStatuses({ method, path, scope, request }: Route): readonly number[] {
  if (scope === undefined) return path.startsWith("/v1") || isGuarded(path) ? [403] : [];
  const statuses = [400, 401, 403, 429, 500, 503];
  if (MAY_MISS.test(path)) statuses.push(404);
  if (method !== "get" || path.endsWith("/stream")) statuses.push(409);
  // A route with a body may call an embedder or a model.
  if (request !== undefined) statuses.push(413, 415, 502, 504);
  if (path.endsWith("/stream")) statuses.push(502, 504);
  return statuses;
}

/** Without configured keys, requests from pages of other hosts are rejected. */
function isGuarded(path: string): boolean {
  return path === "/metrics" || path === "/openapi.json";
}
