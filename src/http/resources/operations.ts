import { z } from "zod";
import { defineRoute, type Route } from "../define-route.ts";
import { json, text } from "../described-body.ts";
import { buildOpenApi } from "../openapi.ts";

const livenessSchema = z.object({ status: z.literal("ok") }).meta({ id: "Liveness" });

const readinessSchema = z
  .object({ status: z.enum(["ok", "not ready"]), parts: z.record(z.string(), z.string()) })
  .meta({ id: "Readiness" });

const openApiSchema = z.looseObject({ openapi: z.string() });

/** Routes for operators and tools, without a key. `allRoutes`: the routes in /openapi.json. */
export const operationsRoutes = (allRoutes: () => readonly Route[]) => [
  defineRoute({
    method: "get",
    path: "/livez",
    summary: "Check that the process runs",
    access: "open",
    replies: { 200: json(livenessSchema) },
    handle:
      () =>
      ({ response }) => {
        response.json({ status: "ok" });
      },
  }),
  defineRoute({
    method: "get",
    path: "/readyz",
    summary: "Check that the service is ready; 503 lists the parts that are not",
    access: "open",
    replies: { 200: json(readinessSchema), 503: json(readinessSchema) },
    handle:
      ({ readiness }) =>
      ({ response }) => {
        const { ready, parts } = readiness();
        response.status(ready ? 200 : 503).json({ status: ready ? "ok" : "not ready", parts });
      },
  }),
  defineRoute({
    method: "get",
    path: "/metrics",
    summary: "Get Prometheus metrics",
    access: "open",
    replies: { 200: text("text/plain") },
    handle:
      ({ metrics }) =>
      async ({ response }) => {
        response.set("Content-Type", metrics.contentType).send(await metrics.render());
      },
  }),
  defineRoute({
    method: "get",
    path: "/openapi.json",
    summary: "Get this document",
    access: "open",
    replies: { 200: json(openApiSchema) },
    handle: ({ version }) => {
      // Built on the first request, to keep the start fast.
      let openApi: object | undefined;
      return ({ response }) => {
        openApi ??= buildOpenApi(allRoutes(), version);
        response.json(openApi);
      };
    },
  }),
];
