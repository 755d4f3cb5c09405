import { Router } from "express";
import { buildOpenApi } from "./openapi.ts";
import type { HttpDependencies } from "./types.ts";

/** What operators and tools ask; no key needed. */
export function operationsRoutes({ readiness, metrics, version }: HttpDependencies): Router {
  const router = Router();
  const openApi = buildOpenApi(version);

  router.get("/livez", (_request, response) => {
    response.json({ status: "ok" });
  });
  router.get("/readyz", (_request, response) => {
    const { ready, parts } = readiness();
    response.status(ready ? 200 : 503).json({ status: ready ? "ok" : "not ready", parts });
  });
  router.get("/metrics", async (_request, response) => {
    response.set("Content-Type", metrics.contentType).send(await metrics.render());
  });
  router.get("/openapi.json", (_request, response) => {
    response.json(openApi);
  });
  return router;
}
