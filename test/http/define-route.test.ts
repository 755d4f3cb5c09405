import { once } from "node:events";
import { createServer, type Server } from "node:http";
import express from "express";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { json } from "../../src/http/described-body.ts";
import { defineRoute, mountRoutes } from "../../src/http/define-route.ts";
import { handleError } from "../../src/http/every-request.ts";
import { readJson } from "../../src/http/validate.ts";
import { requestId } from "../../src/http/request-context.ts";
import { RepriseError } from "../../src/errors.ts";
import { createLogger } from "../../src/operations/logger.ts";

const PRINCIPAL = { tenant: "acme", name: "ann", owner: "key:ann", scopes: new Set(["chat"]) };
const common = {
  path: "/v1/documents/{id}",
  summary: "A route",
  access: "tenant",
  query: z.strictObject({ limit: z.coerce.number().default(3) }),
  body: z.strictObject({ word: z.string().default("none") }),
  replies: { 200: json(z.unknown()) },
} as const;

const ROUTES = [
  defineRoute({
    ...common,
    method: "put",
    scope: "chat",
    before: () => [
      ...readJson(1_000),
      (request, _response, next) => {
        if (request.path.endsWith("/full")) throw new RepriseError("rate_limited", "full");
        next();
      },
    ],
    handle:
      ({ version }) =>
      ({ caller, id, query, body, response }) => {
        response.json({ version, tenant: caller.tenant, id, limit: query.limit, word: body.word });
      },
  }),
  defineRoute({
    ...common,
    method: "patch",
    scope: "chat",
    isRequestOptional: true,
    before: () => readJson(1_000),
    handle:
      () =>
      ({ body, response }) => {
        response.json(body);
      },
  }),
  defineRoute({ ...common, method: "post", scope: "admin", handle: () => () => undefined }),
  defineRoute({
    ...common,
    method: "put",
    path: "/v1/conversations/{id}",
    scope: "chat",
    access: "conversation",
    before: () => readJson(1_000),
    handle:
      () =>
      ({ resource, caller, id, response }) => {
        response.json({
          ...resource,
          caller: caller satisfies undefined,
          id: id satisfies undefined,
        });
      },
  }),
  defineRoute({
    ...common,
    method: "patch",
    path: "/v1/messages/{id}",
    scope: "chat",
    access: "message",
    before: () => readJson(1_000),
    handle:
      () =>
      ({ resource: { caller, ...message }, response }) => {
        response.json({ ...message, by: caller.name });
      },
  }),
  defineRoute({
    method: "get",
    path: "/open",
    summary: "A route without a key",
    access: "open",
    replies: { 200: json(z.unknown()) },
    handle:
      () =>
      ({ caller, id, response }) => {
        response.json({
          caller: String(caller satisfies undefined),
          id: String(id satisfies undefined),
        });
      },
  }),
];

let server: Server;
beforeAll(async () => {
  const app = express();
  const identify = async ({ bearer }: { bearer: string | undefined }) => {
    if (bearer === undefined) throw new RepriseError("unauthorized", "no key");
    return PRINCIPAL;
  };
  const check = async ({ conversationId }: { conversationId: string }) => {
    if (conversationId !== "anns") throw new RepriseError("not_found", "There is none.");
  };
  const dependencies: any = { version: "7", apiKeys: { identify }, owners: { check } };
  app.use(requestId((prefix) => prefix));
  app.use(mountRoutes(ROUTES, dependencies));
  app.use(handleError(createLogger("silent")));
  server = createServer(app);
  await once(server.listen(0, "127.0.0.1"), "listening");
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

async function call(method: string, path: string, body?: unknown, key: string | undefined = "k") {
  const response = await fetch(`http://127.0.0.1:${Object(server.address()).port}${path}`, {
    method,
    headers: {
      ...(key !== "" && { authorization: `Bearer ${key}` }),
      "content-type": "application/json",
    },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const reply: any = await response.json();
  return {
    status: response.status,
    reply,
    params: reply.error?.details?.map((each: any) => each.param),
  };
}

it("hands over the caller, the id, the query and the body as they were validated", async () => {
  const { reply } = await call("PUT", "/v1/documents/help?limit=5", { word: "yes" });
  expect(reply).toEqual({ version: "7", tenant: "acme", id: "help", limit: 5, word: "yes" });
  const defaults = await call("PUT", "/V1/documents/Help/", {});
  expect(defaults.reply).toMatchObject({ id: "Help", limit: 3, word: "none" });
});

it("hands over neither caller nor id where the route has none", async () => {
  expect((await call("GET", "/open", undefined, "")).reply).toEqual({
    caller: "undefined",
    id: "undefined",
  });
});

it("refuses the key first, then what runs before validation, then path, query and body", async () => {
  expect((await call("PUT", "/v1/documents/full?limit=x", "{", "")).status).toBe(401);
  expect((await call("POST", "/v1/documents/full?limit=x", "{")).status).toBe(403);
  const unread = await call("PUT", "/v1/documents/full?limit=x", "{");
  expect([unread.status, unread.reply.error.code]).toEqual([400, "invalid_json"]);
  expect((await call("PUT", "/v1/documents/full?limit=x", { word: 1 })).status).toBe(429);
  expect((await call("PUT", "/v1/documents/a%20b?limit=x", { word: 1 })).params).toEqual(["id"]);
  expect((await call("PUT", "/v1/documents/help?limit=x", { word: 1 })).params).toEqual(["limit"]);
  expect((await call("PUT", "/v1/documents/help", { word: 1 })).params).toEqual(["word"]);
});

it("takes an empty body as {} only where the body is optional", async () => {
  expect((await call("PATCH", "/v1/documents/help")).reply).toEqual({ word: "none" });
  expect((await call("PUT", "/v1/documents/help")).status).toBe(400);
});

it("hands over a conversation only after its owner was checked, whatever the handler does", async () => {
  expect((await call("PUT", "/v1/conversations/anns", {})).reply).toEqual({
    tenant: "acme",
    conversationId: "anns",
    owner: "key:ann",
  });
  expect((await call("PUT", "/v1/conversations/bens", {})).status).toBe(404);
  expect((await call("PUT", "/v1/conversations/bens?limit=x", { word: 1 })).status).toBe(404);
  expect((await call("PUT", "/v1/conversations/anns?limit=x", {})).params).toEqual(["limit"]);
});

it("hands over a message only together with its caller", async () => {
  const { reply } = await call("PATCH", "/v1/messages/msg_1", {});
  expect(reply).toEqual({ tenant: "acme", id: "msg_1", by: "ann" });
});

it("accepts no route that is open with a scope, or closed without one, or owned without an id", () => {
  const route = { ...common, method: "get", handle: () => () => undefined } as const;
  expect(() => defineRoute({ ...route, access: "open", scope: "chat" })).toThrow("is open");
  expect(() => defineRoute({ ...route, access: "tenant" })).toThrow("is open");
  const path = "/v1/messages";
  expect(() => defineRoute({ ...route, path, scope: "chat", access: "message" })).toThrow("{id}");
});
