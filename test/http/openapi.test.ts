import { once } from "node:events";
import { createServer } from "node:http";
import { validate } from "@readme/openapi-parser";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApp } from "../../src/app.ts";
import { startService } from "../support/start-service.ts";

let server: Awaited<ReturnType<typeof startService>>;
let document: any;
beforeAll(async () => {
  server = await startService();
  document = (await server.call("GET", "/openapi.json")).json;
  const help = { id: "help", title: "Help", text: "Refunds are paid within 30 days." };
  await server.call("POST", "/v1/documents", help);
  const question = { message: "When are refunds paid?", conversation_id: "talk" };
  await server.call("POST", "/v1/chat", question);
});
afterAll(() => server.close());

const parametersOf = (method: string, path: string): any[] =>
  document.paths[path][method].parameters;
const parameterOf = (method: string, path: string, name: string) =>
  parametersOf(method, path).find((parameter) => parameter.name === name);

describe("the OpenAPI document", () => {
  it("is valid, and every reference in it leads somewhere", async () => {
    expect(await validate(structuredClone(document))).toMatchObject({ valid: true, warnings: [] });
    expect(JSON.stringify(document)).not.toContain("$defs");
  });

  it("has every mounted route, and no other", () => {
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(Object(methods)).map((method) => `${method} ${path}`),
    );
    const mounted: string[] = [];
    const walk = (stack: readonly unknown[]): void => {
      for (const layer of stack.map(Object)) {
        if (layer.route)
          for (const method of Object.keys(layer.route.methods))
            mounted.push(`${method} ${layer.route.path.replaceAll(/:(\w+)/g, "{$1}")}`);
        else if (layer.handle?.stack) walk(layer.handle.stack);
      }
    };
    walk(server.app.router.stack);
    expect(described.sort()).toEqual(mounted.sort());
  });

  it("has the parameters of a query with their types, bounds and defaults", () => {
    expect(parameterOf("get", "/v1/documents", "limit")).toEqual({
      name: "limit",
      in: "query",
      required: false,
      schema: { type: "integer", minimum: 1, maximum: 100, default: 50 },
    });
    expect(parameterOf("get", "/v1/documents", "cursor").description).toMatch(/previous page/);
    expect(parameterOf("get", "/v1/reports/costs", "format").schema).toEqual({
      type: "string",
      enum: ["json", "csv", "ndjson"],
      default: "json",
    });
    const { anyOf } = parameterOf("get", "/v1/reports/costs", "from").schema;
    expect(anyOf.map(({ format }: any) => format)).toEqual(["date", "date-time"]);
    expect(parameterOf("get", "/v1/cache/policy/diff", "from")).toMatchObject({
      required: true,
      schema: { type: "integer", minimum: 0 },
    });
  });

  it("has the headers that are read", () => {
    const headers = (method: string, path: string) =>
      parametersOf(method, path).flatMap((parameter) =>
        parameter.in === "header" ? parameter.name : [],
      );
    expect(headers("get", "/livez")).toEqual(["X-Request-Id"]);
    expect(headers("get", "/v1/messages/{id}/stream")).toContain("Last-Event-ID");
    expect(headers("post", "/v1/chat/completions")).toContain("Cache-Control");
    expect(headers("post", "/v1/chat")).toEqual([
      "Idempotency-Key",
      "Cache-Control",
      "X-Request-Id",
    ]);
  });

  it("says which bodies may be left out", () => {
    const optional = Object.entries<any>(document.paths).flatMap(([path, methods]) =>
      methods.post?.requestBody?.required === false ? path : [],
    );
    expect(optional).toEqual(["/v1/conversations/{id}/fork", "/v1/cache/replay"]);
  });
});

describe("what is sent and answered is in the OpenAPI document:", () => {
  const JSON_TYPE = "application/json";
  const NDJSON = "application/x-ndjson";
  const page = { title: "Hours", text: "We open at 9." };
  const given = { question: "When do you open?", answer: "At nine." };
  const asked = { message: "When are refunds paid?" };
  const messages = [{ role: "user", content: "When are refunds paid?" }];
  const form = new FormData();
  form.append("file", new Blob(["# Hours\n\nWe open at 9."]), "hours.md");

  function toInit(body: unknown) {
    if (body === undefined) return {};
    if (body instanceof FormData) return { body };
    const isLine = typeof body === "string";
    const type = isLine ? NDJSON : JSON_TYPE;
    return { headers: { "content-type": type }, body: isLine ? body : JSON.stringify(body) };
  }
  const mediaType = (headers: Headers) => headers.get("content-type")?.split(";")[0];

  it.each<[string, string, string, unknown, number, string | undefined]>([
    ["post", "/v1/chat", "", asked, 200, JSON_TYPE],
    ["post", "/v1/chat", "", { ...asked, stream: true }, 200, "text/event-stream"],
    ["post", "/v1/chat/completions", "", { messages }, 200, JSON_TYPE],
    ["post", "/v1/chat/completions", "", { messages, stream: true }, 200, "text/event-stream"],
    ["get", "/v1/messages/{id}/stream", "", undefined, 204, undefined],
    ["get", "/v1/conversations/{id}/export", "", undefined, 200, JSON_TYPE],
    ["get", "/v1/conversations/{id}/export", "?format=markdown", undefined, 200, "text/markdown"],
    ["post", "/v1/conversations/{id}/fork", "", undefined, 201, JSON_TYPE],
    ["get", "/v1/reports/costs", "", undefined, 200, JSON_TYPE],
    ["get", "/v1/reports/costs", "?format=csv", undefined, 200, "text/csv"],
    ["get", "/v1/reports/costs", "?format=ndjson", undefined, 200, NDJSON],
    ["get", "/v1/reports/usage.ndjson", "", undefined, 200, NDJSON],
    ["post", "/v1/documents", "", { ...page, id: "hours" }, 201, JSON_TYPE],
    ["post", "/v1/documents", "", { ...page, id: "hours" }, 200, JSON_TYPE],
    ["post", "/v1/documents", "", form, 201, JSON_TYPE],
    ["put", "/v1/documents/{id}", "", page, 201, JSON_TYPE],
    ["put", "/v1/documents/{id}", "", page, 200, JSON_TYPE],
    ["post", "/v1/cache/entries", "", given, 201, JSON_TYPE],
    ["post", "/v1/cache/entries", "", JSON.stringify(given), 200, JSON_TYPE],
    ["get", "/v1/cache/entries/export", "", undefined, 200, NDJSON],
    ["get", "/v1/cache/lookups/export", "", undefined, 200, NDJSON],
    ["post", "/v1/cache/replay", "", undefined, 200, JSON_TYPE],
    ["get", "/livez", "", undefined, 200, JSON_TYPE],
    ["get", "/readyz", "", undefined, 200, JSON_TYPE],
    ["get", "/metrics", "", undefined, 200, "text/plain"],
    ["get", "/openapi.json", "", undefined, 200, JSON_TYPE],
  ])("%s %s%s %j is %i %s", async (method, path, query, body, status, type) => {
    const url = server.url + path.replace("{id}", "talk") + query;
    const request = new Request(url, { method: method.toUpperCase(), ...toInit(body) });
    const sent = mediaType(request.headers);
    const response = await fetch(request);
    await response.text();
    expect([response.status, mediaType(response.headers)]).toEqual([status, type]);

    const { requestBody, responses } = document.paths[path][method];
    const typesOf = (described: any) => Object.keys(described?.content ?? {});
    if (sent !== undefined) expect(typesOf(requestBody)).toContain(sent);
    if (type === undefined) expect(typesOf(responses[status])).toEqual([]);
    else expect(typesOf(responses[status])).toContain(type);
    expect(Object.keys(responses)).toContain(String(status));
  });

  it("503 of a service that is not ready", async () => {
    const readiness = () => ({ ready: false, parts: { documents: "loading" } });
    const other = createServer(createApp({ ...server.service.http, readiness }));
    await once(other.listen(0, "127.0.0.1"), "listening");
    const response = await fetch(`http://127.0.0.1:${Object(other.address()).port}/readyz`);
    expect([response.status, mediaType(response.headers)]).toEqual([503, JSON_TYPE]);
    await new Promise((resolve) => other.close(resolve));
    expect(Object.keys(document.paths["/readyz"].get.responses[503].content)).toEqual([JSON_TYPE]);
  });
});

describe("a query parameter that is not known", () => {
  const refused = async (method: string, path: string, name: string) => {
    const { status, json } = await server.call(method, path);
    expect([status, json.error?.code], path).toEqual([400, "invalid_request"]);
    expect(json.error.details, path).toContainEqual({
      param: name,
      message: "is not a known field",
    });
  };

  it("is refused by every route that has some", async () => {
    const routes = Object.entries<any>(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).flatMap((method) =>
        parametersOf(method, path).some((parameter) => parameter.in === "query")
          ? [
              [
                method.toUpperCase(),
                path.replace("{id}", "talk").replace("{version}", "1"),
              ] as const,
            ]
          : [],
      ),
    );
    expect(routes.length).toBeGreaterThan(12);
    for (const [method, path] of routes) await refused(method, `${path}?form=2026-11-25`, "form");
  });

  it.each([
    ["DELETE", "/v1/conversations/talk?dry_run=true", "dry_run"],
    ["DELETE", "/v1/users/ann/profile?dry_run=true", "dry_run"],
    ["DELETE", "/v1/documents/help?force=true", "force"],
    ["DELETE", "/v1/cache/entries/any?dry_run=true", "dry_run"],
    ["DELETE", "/v1/cache/lookups/any/label?dry_run=true", "dry_run"],
    ["GET", "/v1/cache/entries/export?document_id=help", "document_id"],
  ])("is refused by %s %s", async (method, path, name) => {
    await refused(method, path, name);
    expect((await server.call("GET", "/v1/documents/help")).status).toBe(200);
  });

  it("is ignored where OpenAI's clients may add one", async () => {
    expect((await server.call("GET", "/v1/models?api-version=1")).status).toBe(200);
  });
});
