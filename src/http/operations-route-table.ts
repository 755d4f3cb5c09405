import { json, text } from "./described-body.ts";
import type { DescribedRoute } from "./described-route.ts";
import { livenessSchema, openApiSchema, readinessSchema } from "./schemas/operations-schemas.ts";

/** What operators ask: no key is needed. */
export const OPERATIONS_ROUTES: readonly DescribedRoute[] = [
  {
    method: "get",
    path: "/livez",
    summary: "The process lives",
    replies: { 200: json(livenessSchema) },
  },
  {
    method: "get",
    path: "/readyz",
    summary: "The service is ready; 503 with the parts that are not",
    replies: { 200: json(readinessSchema), 503: json(readinessSchema) },
  },
  {
    method: "get",
    path: "/metrics",
    summary: "Prometheus metrics",
    replies: { 200: text("text/plain") },
  },
  {
    method: "get",
    path: "/openapi.json",
    summary: "This document",
    replies: { 200: json(openApiSchema) },
  },
];
