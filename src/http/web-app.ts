import { resolve } from "node:path";
import { Router, type Request, type RequestHandler } from "express";
import serveStaticGzip from "express-static-gzip";
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
  const sendFile = fileServer(webFolder);
  router.use(sendFile);
  // No route: the paths of pages are not the API's.
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

/** Sends what the build has compressed beside a file where the reader takes that, or else the file. */
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
    // The file server would answer with a text of its own what throws here.
    decodeURIComponent(request.path);
    send(request, response, function goOn(error?: unknown) {
      // It promised a compressed file; what is sent in its place is none.
      response.removeHeader("Content-Encoding");
      response.removeHeader("Content-Type");
      next(error);
    });
  };
}

/** Files of the app and paths of the API are none of its pages. */
function isPageOpened(request: Request): boolean {
  if (!isRead(request)) return false;
  if (/^\/(?:v1|assets)(?:\/|$)|\.\w+$/.test(request.path)) return false;
  return request.accepts(["json", "html"]) === "html";
}

function isRead({ method }: Request): boolean {
  return method === "GET" || method === "HEAD";
}
