import { resolve } from "node:path";
import { Router, type Request, type RequestHandler } from "express";
import serveStaticGzip from "express-static-gzip";
import type { HttpDependencies } from "./types.ts";

/** Built file names contain a hash. */
const FOREVER = "public, max-age=31536000, immutable";
/** Revalidated each time; sent only if changed. */
const REVALIDATE = "no-cache";

/**
 * The built web app: its files, and `index.html` for its page addresses. Only page loads of a browser get the
 * app; other clients get 404.
 */
export function webApp({ webFolder }: Pick<HttpDependencies, "webFolder">): Router {
  const router = Router();
  const sendFile = fileServer(webFolder);
  router.use(sendFile);
  // Not a `Route`: page paths are not part of the API.
  router.use(function sendPage(request, response, next) {
    if (!isPageOpened(request)) return next();
    const { url } = request;
    request.url = "/index.html";
    return sendFile(request, response, function goOn(error?: unknown) {
      request.url = url;
      next(error);
    });
  });
  return router;
}

/** Sends the precompressed file if the client accepts it, else the plain file. */
function fileServer(webFolder: string): RequestHandler {
  const assets = resolve(webFolder, "assets");
  const send = serveStaticGzip(resolve(webFolder), {
    enableBrotli: true,
    orderPreference: ["br", "gzip"],
    serveStatic: {
      acceptRanges: false,
      cacheControl: false,
      setHeaders: (response, path) =>
        void response.setHeader("Cache-Control", path.startsWith(assets) ? FOREVER : REVALIDATE),
    },
  });
  return function sendFile(request, response, next) {
    if (!isRead(request)) return next();
    // Throws here for an invalid path; the file server would send its own error text.
    decodeURIComponent(request.path);
    send(request, response, function goOn(error?: unknown) {
      // The file server set headers for a compressed file; the error reply is not compressed.
      response.removeHeader("Content-Encoding");
      response.removeHeader("Content-Type");
      next(error);
    });
  };
}

/** False for files of the app and paths of the API. */
function isPageOpened(request: Request): boolean {
  if (!isRead(request)) return false;
  if (/^\/(?:v1|assets)(?:\/|$)|\.\w+$/.test(request.path)) return false;
  return request.accepts(["json", "html"]) === "html";
}

function isRead({ method }: Request): boolean {
  return method === "GET" || method === "HEAD";
}
