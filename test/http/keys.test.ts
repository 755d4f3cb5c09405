import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { startService } from "../support/start-service.ts";

const key = (name: string, tenant: string, scopes: string) =>
  `${name}:${tenant}:${scopes}:${createHash("sha256").update(`secret-${name}`).digest("hex")}`;
const as = (name: string) => ({ authorization: `Bearer secret-${name}` });

let server: Awaited<ReturnType<typeof startService>>;
beforeAll(async () => {
  server = await startService({
    API_KEYS: [
      key("ops", "acme", "chat+admin"),
      key("web", "acme", "chat"),
      key("other", "globex", "chat+admin"),
    ].join(","),
    RATE_LIMIT_PER_MINUTE: "5",
  });
});
afterAll(() => server.close());

const document = { title: "Help", text: "Refunds are paid within 30 days." };

describe("keys", () => {
  it("are asked for, and must be known", async () => {
    expect((await server.call("POST", "/v1/chat", { message: "hi" })).status).toBe(401);
    expect((await server.call("GET", "/v1/documents", undefined, as("nobody"))).status).toBe(401);
    expect((await server.call("GET", "/readyz")).status).toBe(200);
  });

  it("that are wrong open no socket, and none lets the first message bring one", async () => {
    const url = `${server.url.replace("http", "ws")}/v1/ws`;
    const refused = new WebSocket(url, { headers: as("nobody") });
    const error = await new Promise<Error>((resolve, reject) => {
      refused.once("error", resolve);
      refused.once("open", () => reject(new Error("it was opened")));
    });
    expect(error.message).toContain("401");
    for (const headers of [as("web"), {}]) {
      const socket = new WebSocket(url, { headers });
      await new Promise((resolve, reject) => {
        socket.once("open", resolve);
        socket.once("error", reject);
      });
      socket.close();
    }
  });

  it("open only what their scopes allow", async () => {
    expect((await server.call("POST", "/v1/documents", document, as("web"))).status).toBe(403);
    expect((await server.call("POST", "/v1/documents", document, as("ops"))).status).toBe(201);
    expect(
      (await server.call("GET", "/v1/documents", undefined, as("web"))).json.documents,
    ).toHaveLength(1);
  });

  it("keep tenants apart: documents, answers and conversations", async () => {
    const body = { message: "When are refunds paid?", conversation_id: "same" };
    const own = await server.call("POST", "/v1/chat", body, as("web"));
    expect(own.json.citations).toHaveLength(1);
    expect(
      (await server.call("GET", "/v1/conversations/same", undefined, as("other"))).status,
    ).toBe(404);
    const foreign = await server.call("POST", "/v1/chat", body, as("other"));
    expect(foreign.json.cache.status).toBe("miss");
    expect(foreign.json.citations).toEqual([]);
  });

  it("are limited each on its own, and are told when to come back", async () => {
    const statuses: number[] = [];
    let last = await server.call("POST", "/v1/chat", { message: "When?" }, as("ops"));
    for (let count = 0; count < 5; count += 1) {
      statuses.push(last.status);
      last = await server.call("POST", "/v1/chat", { message: "When?" }, as("ops"));
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200]);
    expect(last.status).toBe(429);
    expect(Number(last.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(last.headers.get("x-ratelimit-remaining-requests")).toBe("0");
    expect((await server.call("POST", "/v1/chat", { message: "When?" }, as("web"))).status).toBe(
      200,
    );
  });
});
