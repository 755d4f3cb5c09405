import type { DescribedRoute } from "./described-route.ts";

/** Routes beside those with a body that may find something missing. */
const MAY_MISS = /\{id\}|^\/v1\/(?:chat|embeddings|responses|ui)|\/policy\/(?:diff|rollback)$/;

/** The statuses of the errors that a route may answer with, by what it takes and needs. */
export function errorStatuses({ method, path, scope, request }: DescribedRoute): readonly number[] {
  if (scope === undefined) return path.startsWith("/v1") || isGuarded(path) ? [403] : [];
  const statuses = [400, 401, 403, 429, 500, 503];
  if (MAY_MISS.test(path)) statuses.push(404);
  if (method !== "get" || path.endsWith("/stream")) statuses.push(409);
  // An embedder or a model may be asked.
  if (request !== undefined) statuses.push(413, 415, 502, 504);
  if (path.endsWith("/stream")) statuses.push(502, 504);
  return statuses;
}

/** What pages of other hosts may not ask for where no keys are configured. */
function isGuarded(path: string): boolean {
  return path === "/metrics" || path === "/openapi.json";
}
