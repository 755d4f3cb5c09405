import type { DescribedRoute } from "./described-route.ts";
import { collectComponents, type OpenApiComponents } from "./openapi-components.ts";
import { ROUTES } from "./route-table.ts";
import { errorSchema } from "./schemas/common-schemas.ts";

/** The OpenAPI 3.1 document, made from the schemas that validate. */
export function buildOpenApi(version: string) {
  const paths: Record<string, Record<string, object>> = {};
  const components = collectComponents({
    requests: ROUTES.flatMap(({ request }) => request ?? []),
    replies: [errorSchema, ...ROUTES.flatMap(({ reply }) => reply ?? [])],
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

function describe(route: DescribedRoute, { refer }: OpenApiComponents) {
  return {
    summary: route.summary,
    ...(route.scope !== undefined && { security: [{ key: [] }], "x-scope": route.scope }),
    parameters: [...pathParameters(route.path), ...(route.query ?? []).map(queryParameter)],
    ...(route.request !== undefined && {
      requestBody: { required: true, content: json(refer(route.request, "input")) },
    }),
    responses: {
      "200": {
        description: "Done",
        content: {
          ...(route.reply !== undefined && json(refer(route.reply, "output"))),
          ...(route.streams === true && { "text/event-stream": { schema: { type: "string" } } }),
        },
      },
      default: {
        description: "An error",
        content: json(refer(errorSchema, "output")),
      },
    },
  };
}

function json(schema: object) {
  return { "application/json": { schema } };
}

function pathParameters(path: string): object[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
}

function queryParameter(name: string): object {
  return { name, in: "query", required: false, schema: { type: "string" } };
}
