import { join } from "node:path";
import express, { Router, type Request, type Response } from "express";
import type { HttpDependencies } from "./types.ts";

/** Names of built files hold their hash. */
const FOREVER = "public, max-age=31536000, immutable";
/** Asked for again each time, and sent only when it has changed. */
const REVALIDATE = "no-cache";

/**
 * The built web app: its files, and `index.html` for the addresses of its pages. Only a browser that
 * opens an address is sent the app; programs learn that there is no such path.
 */
export function webApp({ webFolder }: Pick<HttpDependencies, "webFolder">): Router {
  const router = Router();
  router.use(
    "/assets",
    express.static(join(webFolder, "assets"), {
      acceptRanges: false,
      cacheControl: false,
      setHeaders: (response) => void response.setHeader("Cache-Control", FOREVER),
    }),
  );
  router.use(express.static(webFolder, { acceptRanges: false, setHeaders: revalidate }));
  // No route: the paths of pages are not the API's.
  router.use(function sendPage(request, response, next) {
    if (!isPageOpened(request)) return next();
    revalidate(response);
    response.sendFile("index.html", { root: webFolder, acceptRanges: false, cacheControl: false });
  });
  return router;
}

function revalidate(response: Response): void {
  response.setHeader("Cache-Control", REVALIDATE);
}

/** Files of the app and paths of the API are none of its pages. */
function isPageOpened(request: Request): boolean {
  if (request.method !== "GET" && request.method !== "HEAD") return false;
  if (/^\/(?:v1|assets)(?:\/|$)|\.\w+$/.test(request.path)) return false;
  return request.accepts(["json", "html"]) === "html";
}
