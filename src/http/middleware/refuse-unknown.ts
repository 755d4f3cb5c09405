import type { RequestHandler } from "express";
import { RepriseError } from "../../errors.ts";
import { ROUTES } from "../routes.ts";

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
  throw new RepriseError("method_not_allowed", `${path} accepts ${allowed}, not ${method}.`);
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
