import { STATUS_CODES } from "node:http";
import type { z } from "zod";
import { json, type DescribedBody } from "./described-body.ts";
import type { DescribedRoute } from "./described-route.ts";
import { collectComponents, type OpenApiComponents } from "./openapi-components.ts";
import { parametersIn, pathParameters } from "./openapi-parameters.ts";
import { ROUTES } from "./route-table.ts";
import { errorSchema } from "./schemas/common-schemas.ts";
import { requestIdHeaderSchema } from "./schemas/header-schemas.ts";

const ERROR = json(errorSchema);

/** The OpenAPI 3.1 document, made from the schemas that validate. */
export function buildOpenApi(version: string) {
  const paths: Record<string, Record<string, object>> = {};
  const components = collectComponents({
    requests: ROUTES.flatMap(requestSchemas),
    replies: [ERROR, ...ROUTES.flatMap(({ replies }) => Object.values(replies))].flatMap((body) =>
      Object.values(body),
    ),
  });
  for (const route of ROUTES) {
    paths[route.path] = { ...paths[route.path], [route.method]: describe(route, components) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Reprise",
      version,
      description:
        "A RAG chatbot backend with memory and a semantic answer cache. The WebSocket is at /v1/ws.",
      license: { name: "MIT", identifier: "MIT" },
    },
    paths,
    components: {
      schemas: components.schemas,
      securitySchemes: { key: { type: "http", scheme: "bearer" } },
    },
  };
}

function requestSchemas({ query, headers, request }: DescribedRoute): z.ZodType[] {
  return [query ?? [], headers ?? [], Object.values(request ?? {})].flat();
}

function describe(route: DescribedRoute, components: OpenApiComponents) {
  return {
    summary: route.summary,
    ...(route.scope !== undefined && { security: [{ key: [] }], "x-scope": route.scope }),
    parameters: [
      ...pathParameters(route.path),
      ...parametersIn("query", route.query, components),
      ...parametersIn("header", route.headers, components),
      ...parametersIn("header", requestIdHeaderSchema, components),
    ],
    ...(route.request !== undefined && {
      requestBody: {
        required: route.isRequestOptional !== true,
        content: contentOf(route.request, "input", components),
      },
    }),
    responses: {
      ...Object.fromEntries(
        Object.entries(route.replies).map(([status, body]) => [
          status,
          responseOf(STATUS_CODES[status] ?? status, body, components),
        ]),
      ),
      default: responseOf("An error", ERROR, components),
    },
  };
}

function responseOf(description: string, body: DescribedBody, components: OpenApiComponents) {
  const content = contentOf(body, "output", components);
  return { description, ...(Object.keys(content).length > 0 && { content }) };
}

function contentOf(body: DescribedBody, io: "input" | "output", { refer }: OpenApiComponents) {
  return Object.fromEntries(
    Object.entries(body).map(([mediaType, schema]) => [mediaType, { schema: refer(schema, io) }]),
  );
}
