/**
 * Who, of those that a route's scope lets in, reaches what.
 *
 * - `open`: everybody, without a key
 * - `known`: whoever has a key or a user token: what is nobody's, and about themselves
 * - `tenant`: everything of the tenant
 * - `asking`: one's own conversations, and new ones
 * - `conversation`, `message`, `profile`: one's own; with `chat:all` or `admin` the tenant's; else 404
 * - `conversations`: a listing of the same
 * - `stream`: one's own message; else 204, as for a message that cannot be resumed
 * - `reconnect`: the answer under way in one's own conversation; else 204, as where there is none
 */
export type RouteAccess =
  | "open"
  | "known"
  | "tenant"
  | "asking"
  | "conversation"
  | "conversations"
  | "message"
  | "stream"
  | "reconnect"
  | "profile";

/** The decision for each route, by method and path; a test fails for a route without one. */
export const ROUTE_ACCESS: Readonly<Record<string, RouteAccess>> = {
  "post /v1/chat": "asking",
  "post /v1/chat/completions": "tenant",
  "get /v1/models": "tenant",
  "get /v1/models/{id}": "known",
  "post /v1/embeddings": "tenant",
  "post /v1/responses": "asking",
  "get /v1/responses/{id}": "message",
  "delete /v1/responses/{id}": "message",
  "post /v1/ui/chat": "asking",
  "get /v1/ui/chat/{id}/stream": "reconnect",
  "get /v1/messages/{id}/stream": "stream",
  "post /v1/messages/{id}/stop": "message",
  "post /v1/messages/{id}/feedback": "message",
  "get /v1/conversations": "conversations",
  "get /v1/conversations/{id}": "conversation",
  "delete /v1/conversations/{id}": "conversation",
  "get /v1/conversations/{id}/usage": "conversation",
  "get /v1/conversations/{id}/export": "conversation",
  "post /v1/conversations/{id}/fork": "conversation",
  "get /v1/users/{id}/profile": "profile",
  "put /v1/users/{id}/profile": "profile",
  "patch /v1/users/{id}/profile": "profile",
  "delete /v1/users/{id}/profile": "profile",
  "get /v1/reports/costs": "tenant",
  "get /v1/reports/usage.ndjson": "tenant",
  "get /v1/documents": "tenant",
  "post /v1/documents": "tenant",
  "get /v1/documents/{id}": "tenant",
  "get /v1/documents/{id}/passages": "tenant",
  "get /v1/documents/{id}/text": "tenant",
  "get /v1/documents/{id}/versions": "tenant",
  "get /v1/jobs/{id}": "tenant",
  "delete /v1/jobs/{id}": "tenant",
  "put /v1/documents/{id}": "tenant",
  "delete /v1/documents/{id}": "tenant",
  "post /v1/search": "tenant",
  "get /v1/cache/entries": "tenant",
  "post /v1/cache/entries": "tenant",
  "delete /v1/cache/entries": "tenant",
  "get /v1/cache/entries/export": "tenant",
  "get /v1/cache/entries/{id}": "tenant",
  "patch /v1/cache/entries/{id}": "tenant",
  "delete /v1/cache/entries/{id}": "tenant",
  "post /v1/cache/entries/{id}/release": "tenant",
  "post /v1/cache/explain": "tenant",
  "get /v1/cache/stats": "tenant",
  "get /v1/cache/lookups": "tenant",
  "get /v1/cache/lookups/export": "tenant",
  "get /v1/cache/lookups/{id}": "tenant",
  "post /v1/cache/lookups/{id}/label": "tenant",
  "delete /v1/cache/lookups/{id}/label": "tenant",
  "get /v1/cache/policy": "tenant",
  "put /v1/cache/policy": "tenant",
  "get /v1/cache/policy/versions": "tenant",
  "get /v1/cache/policy/diff": "tenant",
  "post /v1/cache/policy/rollback": "tenant",
  "post /v1/cache/evaluate": "tenant",
  "post /v1/cache/replay": "tenant",
  "get /v1/cache/shadow": "tenant",
  "get /v1/me": "known",
  "get /livez": "open",
  "get /readyz": "open",
  "get /metrics": "open",
  "get /openapi.json": "open",
};
