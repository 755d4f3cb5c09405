import type { RequestHandler } from "express";
import { RepriseError } from "../../errors.ts";
import { ROUTES } from "../route-table.ts";

const KNOWN = ROUTES.map(({ method, path }) => ({
  method: method.toUpperCase(),
  path: new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}/?$`, "i"),
}));

/** No route has this path, or none with this method. */
export const refuseUnknown: RequestHandler = function refuse({ method, path }, response) {
  const routes = KNOWN.filter((known) => known.path.test(path));
  if (routes.length === 0) {
    throw new RepriseError("not_found", `There is no ${method} ${path}; see /openapi.json.`);
  }
  const allowed = [...new Set(routes.map((known) => known.method))].join(", ");
  response.set("Allow", allowed);
  throw new RepriseError("method_not_allowed", `${path} takes ${allowed}, not ${method}.`);
};
