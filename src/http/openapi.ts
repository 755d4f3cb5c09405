import { STATUS_CODES } from "node:http";
import type { z } from "zod";
import { json, schemasOf, type DescribedBody } from "./described-body.ts";
import type { Route } from "./define-route.ts";
import { collectComponents, type OpenApiComponents } from "./openapi-components.ts";
import {
  contentOf,
  errorStatuses,
  parametersIn,
  pathParameters,
  replyHeaders,
} from "./openapi-parts.ts";
import { errorSchema } from "./schemas/common-schemas.ts";
import { requestIdHeaderSchema } from "./schemas/parameter-schemas.ts";

const ERROR = json(errorSchema);
/** A key, optionally with a user token. */
const SECURITY = [{ key: [] }, { key: [], userToken: [] }];

/** Builds the OpenAPI 3.1 document from the validation schemas. */
export function buildOpenApi(routes: readonly Route[], version: string) {
  const paths: Record<string, Record<string, object>> = {};
  const components = collectComponents({
    requests: routes.flatMap(requestSchemas),
    replies: [ERROR, ...routes.flatMap(({ replies }) => Object.values(replies))].flatMap((body) =>
      Object.values(body).flatMap(schemasOf),
    ),
  });
  for (const route of routes) {
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
      securitySchemes: {
        key: { type: "http", scheme: "bearer", description: "An API key, or a user token" },
        userToken: {
          type: "apiKey",
          in: "header",
          name: "X-User-Token",
          description: "A signed JSON Web Token of the user on whose behalf the key is used",
        },
      },
    },
  };
}

function requestSchemas({ query, headers, request }: Route): z.ZodType[] {
  return [query ?? [], headers ?? [], Object.values(request ?? {}).flatMap(schemasOf)].flat();
}

function describe(route: Route, components: OpenApiComponents) {
  return {
    summary: route.summary,
    ...(route.scope !== undefined && { security: SECURITY, "x-scope": route.scope }),
    "x-access": route.access,
    parameters: [
      ...pathParameters(route.path, components),
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
    responses: responsesOf(route, components),
  };
}

/** Every status of a route; any other status is a bug. */
function responsesOf(route: Route, components: OpenApiComponents) {
  const errors = errorStatuses(route).map((status): [string, DescribedBody] => [
    `${status}`,
    ERROR,
  ]);
  const replies = Object.entries(route.replies);
  return Object.fromEntries(
    [...errors, ...replies].map(([status, body]) => {
      const content = contentOf(body, "output", components);
      const isStream = "text/event-stream" in (route.replies[200] ?? {});
      const isAnswer = isStream && route.hasAnswerHeaders !== false;
      const reply = { status: Number(status), isAnswer, isLimited: isAnswer };
      return [
        status,
        {
          description: describeStatus(route, status),
          headers: replyHeaders(reply, components),
          ...(Object.keys(content).length > 0 && { content }),
        },
      ];
    }),
  );
}

function describeStatus({ errors }: Route, status: string): string {
  const codes = errors?.[Number(status)];
  return codes === undefined ? (STATUS_CODES[status] ?? status) : `An error: ${codes}`;
}
