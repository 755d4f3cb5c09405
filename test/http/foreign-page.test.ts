import { request as ask } from "node:http";
import { createHash } from "node:crypto";
import { WebSocket } from "ws";
import { describe, expect, it, onTestFinished } from "vitest";
import { findForeign, isOwnOrigin } from "../../src/http/request-context.ts";
import { startService } from "../support/start-service.ts";

const EVIL = "https://evil.example";

describe("the host that is asked", () => {
  it.each([
    "localhost",
    "LOCALHOST:3700",
    "localhost.",
    "localhost.:3700",
    "127.0.0.1:3000",
    "127.9.8.7",
    "[::1]",
    "[::1]:3000",
    "[0:0:0:0:0:0:0:1]:3000",
  ])("%s is this machine", (host) => {
    expect(findForeign({ method: "POST", host, origin: undefined })).toBeUndefined();
  });

  it.each([
    undefined,
    "",
    "evil.example:3700",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "evil@localhost",
    "localhost/evil.example",
    "[::2]:3000",
    "10.0.0.1",
    "0.0.0.0:3000",
    "128.0.0.1",
  ])("%s is not", (host) => {
    expect(findForeign({ method: "GET", host, origin: undefined })).toBe("host");
  });
});

describe("the page that asks", () => {
  const host = "localhost:3700";
  it.each(["http://localhost:3700", "http://LOCALHOST:5173", "http://[::1]:1", "http://127.0.0.1"])(
    "%s may write",
    (origin) => expect(findForeign({ method: "POST", host, origin })).toBeUndefined(),
  );
  it.each([EVIL, "null", "", "file://", "http://localhost.evil.example", "http://10.0.0.1:3700"])(
    "%j may not write, but ask",
    (origin) => {
      for (const method of ["POST", "PUT", "PATCH", "DELETE"])
        expect(findForeign({ method, host, origin })).toBe("origin");
      for (const method of ["GET", "HEAD", "OPTIONS"])
        expect(findForeign({ method, host, origin })).toBeUndefined();
    },
  );

  it.each([
    ["chat.example", "https://chat.example", true],
    ["Chat.Example:443", "https://chat.example", true],
    ["chat.example:8443", "https://chat.example:8443", true],
    ["chat.example", undefined, true],
    ["chat.example", "https://chat.example:8443", false],
    ["chat.example", EVIL, false],
    ["chat.example", "null", false],
    ["localhost:3000", "http://localhost:5173", false],
    ["", "file://", false],
    [undefined, "file://", false],
  ])("of %s, %s is its own: %s", (own, origin, expected) => {
    expect(isOwnOrigin({ host: own, origin })).toBe(expected);
  });
});

const form = [
  "--x",
  'Content-Disposition: form-data; name="file"; filename="x.md"',
  "",
  "# Refunds\n\nThere are none.",
  "--x--",
  "",
].join("\r\n");

async function start(environment: Record<string, string> = {}) {
  const server = await startService(environment);
  onTestFinished(() => server.close());
  return server;
}

/** `fetch` would not send another host. */
function upload(url: string, headers: Record<string, string>): Promise<number> {
  return send(url, { method: "POST", path: "/v1/documents" }, headers, form);
}

function send(
  url: string,
  target: { method: string; path: string },
  headers: Record<string, string>,
  body = "",
): Promise<number> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const type = { "content-type": "multipart/form-data; boundary=x" };
    const request = ask({ hostname, port, ...target, headers: { ...type, ...headers } });
    request.on("response", (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on("error", reject).end(body);
  });
}

describe("a service without keys", () => {
  it("takes no document from a page of another host", async () => {
    const server = await start();
    expect(await upload(server.url, { origin: EVIL })).toBe(403);
    expect(await upload(server.url, { origin: "null" })).toBe(403);
    expect((await server.call("GET", "/v1/documents")).json.documents).toEqual([]);
    expect(await upload(server.url, { origin: server.url })).toBe(201);
    expect(await upload(server.url, {})).toBe(201);
    const { json } = await server.call("POST", "/v1/documents", {}, { origin: EVIL });
    expect(json.error).toMatchObject({ code: "forbidden", type: "permission_error" });
    expect(json.error.message).toContain("API_KEYS");
  });

  it("does not answer to another host's name", async () => {
    const server = await start();
    for (const path of ["/v1/documents", "/V1/me", "/metrics", "/openapi.json"]) {
      const target = { method: "GET", path };
      expect(await send(server.url, target, { host: "evil.example:3700" })).toBe(403);
      expect(await send(server.url, target, { host: "localhost:3700" })).toBe(200);
    }
  });

  it("opens no socket under another host's name", async () => {
    const server = await start();
    const socket = new WebSocket(`${server.url.replace("http", "ws")}/v1/ws`, {
      origin: "http://evil.example:3700",
      headers: { host: "evil.example:3700" },
    });
    const error = await new Promise<Error>((resolve, reject) => {
      socket.once("error", resolve);
      socket.once("open", () => reject(new Error("it was opened")));
    });
    expect(error.message).toContain("403");
  });
});

it("a service with keys asks for a key, whatever its name and the page's", async () => {
  const sha256 = createHash("sha256").update("secret").digest("hex");
  const server = await start({ API_KEYS: `ops:default:chat+admin:${sha256}` });
  const place = { host: "chat.example", origin: EVIL };
  expect(await upload(server.url, place)).toBe(401);
  expect(await upload(server.url, { ...place, authorization: "Bearer secret" })).toBe(201);
});
