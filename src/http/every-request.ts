import type { RequestHandler, ErrorRequestHandler } from "express";
import { type Arrivals, createTurnstile } from "../operations/concurrency.ts";
import helmet from "helmet";
import { RepriseError, toRepriseError, type ErrorCode } from "../errors.ts";
import { ROUTES } from "./routes.ts";
import { z } from "zod";
import type { Logger } from "../operations/logger.ts";
import type { Metrics } from "../operations/metrics.ts";
import { toErrorBody } from "./formats/reply-format.ts";
import { requestIdOf, ClientGone } from "./request-context.ts";

/** Health checks must not wait behind a burst. */
const PROBES = new Set(["/livez", "/readyz"]);

/**
 * Spreads a burst over several turns of the event loop. Otherwise all requests of the burst start in one turn
 * and block everything else.
 */
export function takeTurns(arrivals: Arrivals): RequestHandler {
  const turnstile = createTurnstile({ goesFirst: arrivals.goFirst });
  return async function takeTurn(request, _response, next) {
    const room = PROBES.has(request.path) ? undefined : turnstile.enter();
    if (room !== undefined) await room;
    next();
  };
}

/** Records each request under its route pattern, so that ids do not become metric labels. */
export function observeRequests(metrics: Metrics): RequestHandler {
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

/**
 * Security headers. The browser may only load scripts, styles and connections from this origin: no inline
 * scripts, no frames, no markup from text (trusted types).
 */
export function secureHeaders(): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        connectSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
        requireTrustedTypesFor: ["'script'"],
        trustedTypes: ["'none'"],
      },
    },
    // TLS ends at a proxy; the service does not know whether it is used.
    strictTransportSecurity: false,
  });
}

const isTemplate = (path: string) => path.includes("{");

/** Methods by lower-case path: paths with a parameter, and literal paths. */
const TEMPLATES = methodsByPath(isTemplate).map(([path, methods]) => ({
  pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`),
  methods,
}));
const LITERALS = new Map(methodsByPath((path) => !isTemplate(path)));

/** 404 for an unknown path, 405 for an unknown method. */
export const refuseUnknown: RequestHandler = function refuse({ method, path }, response) {
  const methods = methodsOf(path);
  if (methods === undefined) {
    throw new RepriseError("not_found", `There is no ${method} ${path}; see /openapi.json.`);
  }
  const allowed = methods.join(", ");
  response.set("Allow", allowed);
  throw new RepriseError("method_not_allowed", `${path} takes ${allowed}, not ${method}.`);
};

/**
 * A literal path such as `…/entries/export` accepts only its own methods: it is not an id of `…/entries/{id}`.
 */
export const refuseShadowed: RequestHandler = function refuseMethod(request, response, next) {
  const methods = LITERALS.get(plain(request.path));
  const method = request.method === "HEAD" ? "GET" : request.method;
  if (methods === undefined || methods.includes(method) || method === "OPTIONS") return next();
  return refuseUnknown(request, response, next);
};

/** Answers OPTIONS. The router would also list methods of matching parameter paths. */
export const tellMethods: RequestHandler = function tell({ method, path }, response, next) {
  const methods = method === "OPTIONS" ? methodsOf(path) : undefined;
  if (methods === undefined) return next();
  const read = methods.includes("GET") ? ["HEAD"] : [];
  response.set("Allow", [...methods, ...read].join(", "));
  response.status(204).end();
};

function methodsOf(path: string): readonly string[] | undefined {
  const asked = plain(path);
  return LITERALS.get(asked) ?? TEMPLATES.find(({ pattern }) => pattern.test(asked))?.methods;
}

/** Normalises a path as Express does. */
function plain(path: string): string {
  return path.toLowerCase().replace(/(?<=.)\/$/, "");
}

function methodsByPath(isWanted: (path: string) => boolean): [string, string[]][] {
  const paths = new Map<string, string[]>();
  for (const { method, path } of ROUTES) {
    const key = path.toLowerCase();
    if (isWanted(path)) paths.set(key, [...(paths.get(key) ?? []), method.toUpperCase()]);
  }
  return [...paths];
}

/** Sends the error reply of every failed request. */
export function handleError(logger: Logger): ErrorRequestHandler {
  return function sendError(thrown: unknown, request, response, _next) {
    // The client has disconnected: not an error.
    if (thrown instanceof ClientGone) return;
    const error = fromExpress(thrown) ?? toRepriseError(thrown);
    const requestId = requestIdOf(response);
    // During startup, every request fails with `not_ready`; that is not logged as an error.
    const isNews = error.status >= 500 && error.code !== "not_ready";
    const level = isNews ? "error" : "debug";
    logger[level]({ err: error.cause ?? error, requestId, code: error.code }, "request failed");
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (error.retryAfterSeconds !== undefined) {
      response.set("Retry-After", String(error.retryAfterSeconds));
    }
    // The rest of an unread body would be parsed as the next request on this connection.
    if (!request.complete) response.set("Connection", "close");
    response.status(error.status).json(toErrorBody(error, requestId));
  };
}

type Refusal = readonly [ErrorCode, string];

/** Client errors of Express and its middleware. Errors of model providers lack `expose`. */
const refusalSchema = z.object({
  type: z.unknown().optional(),
  status: z.int().min(400).max(499),
  expose: z.literal(true),
});

/** Errors without a type: from the file server, and for a body with a wrong content encoding. */
const STATUS_ERRORS = new Map<number, Refusal>([
  [412, ["precondition_failed", "The file has changed; ask without conditions."]],
]);
const UNREADABLE: Refusal = [
  "invalid_request",
  "The body could not be read; check its Content-Encoding.",
];

/** Errors of Express's body parser, as Reprise errors. */
const BODY_ERRORS = new Map<unknown, Refusal>([
  ["entity.parse.failed", ["invalid_json", "The body is not valid JSON."]],
  ["entity.verify.failed", ["invalid_json", "The body is not UTF-8."]],
  ["entity.too.large", ["too_large", "The body is too large."]],
  ["charset.unsupported", ["unsupported_media_type", "The body's encoding is not supported."]],
  ["encoding.unsupported", ["unsupported_media_type", "The body's encoding is not supported."]],
  ["request.aborted", ["invalid_request", "The body ended early."]],
  ["request.size.invalid", ["invalid_request", "The body ended early."]],
]);

/** Express's router throws if a path is not valid text, its body parser if a body is not. */
function fromExpress(thrown: unknown): RepriseError | undefined {
  if (thrown instanceof URIError) {
    const message = "The path is not well percent-encoded.";
    return new RepriseError("invalid_request", message, { cause: thrown });
  }
  const refusal = refusalSchema.safeParse(thrown);
  if (!refusal.success) return undefined;
  const { type, status } = refusal.data;
  const [code, message] = BODY_ERRORS.get(type) ?? STATUS_ERRORS.get(status) ?? UNREADABLE;
  return new RepriseError(code, message, { cause: thrown });
}
