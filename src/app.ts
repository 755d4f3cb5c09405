import express, { type Express } from "express";
import { mountRoutes } from "./http/define-route.ts";
import {
  handleError,
  refuseShadowed,
  refuseUnknown,
  tellMethods,
  secureHeaders,
  takeTurns,
  observeRequests,
} from "./http/every-request.ts";
import { refuseForeign, requestId } from "./http/request-context.ts";
import { ROUTES } from "./http/routes.ts";
import type { HttpDependencies } from "./http/types.ts";
import { webApp } from "./http/web-app.ts";

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
