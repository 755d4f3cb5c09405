import express, { type Express, type RequestHandler } from "express";
import { mountRoutes } from "./http/define-route.ts";
import { handleError } from "./http/middleware/handle-error.ts";
import { refuseShadowed, refuseUnknown, tellMethods } from "./http/middleware/refuse-unknown.ts";
import { refuseForeign } from "./http/foreign-page.ts";
import { requestId } from "./http/request-context.ts";
import { secureHeaders } from "./http/middleware/secure-headers.ts";
import { takeTurns } from "./http/middleware/take-turns.ts";
import { ROUTES } from "./http/routes.ts";
import type { HttpDependencies } from "./http/types.ts";
import { webApp } from "./http/web-app.ts";
import type { Metrics } from "./operations/metrics.ts";

/** Builds the Express app. Does no I/O. */
export function createApp(dependencies: HttpDependencies): Express {
  const app = express();
  app.disable("x-powered-by");
  // Express's ETags are off: answers are not revalidated. The web app's files set their own.
  app.disable("etag");
  app.use(takeTurns(dependencies.arrivals));
  app.use(requestId(dependencies.newId));
  app.use(observeRequests(dependencies.metrics));
  app.use(secureHeaders());
  app.use(["/v1", "/metrics", "/openapi.json"], refuseForeign(dependencies.apiKeys));
  app.use(refuseShadowed);
  app.use(tellMethods);
  app.use(mountRoutes(ROUTES, dependencies));
  app.use(webApp(dependencies));
  app.use(refuseUnknown);
  app.use(handleError(dependencies.logger));
  return app;
}

/** Records each request under its route pattern, so that ids do not become metric labels. */
function observeRequests(metrics: Metrics): RequestHandler {
  return function observe(request, response, next) {
    const begun = performance.now();
    response.once("close", () => {
      const route: unknown = request.route;
      const hasPath = typeof route === "object" && route !== null && "path" in route;
      metrics.observeRequest({
        method: request.method,
        route: hasPath ? String(route.path) : "other",
        status: response.statusCode,
        seconds: (performance.now() - begun) / 1000,
      });
    });
    next();
  };
}
