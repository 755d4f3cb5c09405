import { Router } from "express";
import { buildOpenApi } from "./openapi.ts";
import type { HttpDependencies } from "./types.ts";

/** What operators and tools ask; no key needed. */
export function operationsRoutes({ readiness, metrics, version }: HttpDependencies): Router {
  const router = Router();
  let openApi: object | undefined;

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
    // Made when it is first asked for: a start need not wait for it.
    openApi ??= buildOpenApi(version);
    response.json(openApi);
  });
  return router;
}
