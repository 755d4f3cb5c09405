import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startService } from "../support/start-service.ts";

let server: Awaited<ReturnType<typeof startService>>;
beforeAll(async () => {
  server = await startService();
});
afterAll(() => server.close());

describe("a request that HTTP itself cannot take", () => {
  it.each(["gzip", "br", "deflate"])("with a body that is not %s is 400", async (encoding) => {
    const body = '{"message":"hi"}';
    const reply = await server.call("POST", "/v1/chat", body, { "content-encoding": encoding });
    expect(reply.status, reply.text).toBe(400);
    expect(reply.json.error.code).toBe("invalid_request");
  });

  it("for a version of a file that there is not is 412; parts of files are not given", async () => {
    const get = (headers: Record<string, string>) =>
      server.call("GET", "/icon.svg", undefined, headers);
    const other = await get({ "if-match": '"other"' });
    expect([other.status, other.json.error.code]).toEqual([412, "precondition_failed"]);
    expect((await get({ range: "bytes=9999999-" })).status).toBe(200);
  });
});

it("with more than a thousand headers is read to its last one", async () => {
  const many = Object.fromEntries(Array.from({ length: 1_200 }, (_, at) => [`a${at}`, "1"]));
  const reply = await server.call("GET", "/icon.svg", undefined, {
    ...many,
    "if-match": '"other"',
  });
  expect(reply.status).toBe(412);
});

describe("a request without a body", () => {
  it.each([
    ["PUT", "/v1/users/ann/profile"],
    ["PATCH", "/v1/users/ann/profile"],
    ["PUT", "/v1/cache/policy"],
    ["PATCH", "/v1/cache/entries/any"],
    ["POST", "/v1/chat"],
    ["POST", "/v1/documents"],
  ])("%s %s is 400 where one is needed, and changes nothing", async (method, path) => {
    await server.call("PUT", "/v1/users/ann/profile", { plan: "gold" });
    for (const headers of [{}, { "content-type": "application/json" }]) {
      const { status, json } = await server.call(method, path, undefined, headers);
      expect([status, json.error.code]).toEqual([400, "invalid_request"]);
    }
    expect((await server.call("GET", "/v1/users/ann/profile")).json).toEqual({ plan: "gold" });
  });
});

describe("a completion with binary data", () => {
  const user = { role: "user", content: "hi" };
  it.each([
    ["the question", [{ role: "user", content: "a\0b" }], "messages[0].content"],
    [
      "the question's parts",
      [{ role: "user", content: [part("a\ud800")] }],
      "messages[0].content[0].text",
    ],
    ["the history", [{ role: "user", content: "\0" }, user], "messages[0].content"],
    ["the instructions", [user, { role: "system", content: "a\udc00" }], "messages[1].content"],
  ])("in %s is refused at its place", async (_what, messages, param) => {
    const reply = await server.call("POST", "/v1/chat/completions", JSON.stringify({ messages }));
    expect(reply.status, reply.text).toBe(400);
    expect(reply.json.error).toMatchObject({ code: "invalid_request", param });
  });

  function part(text: string) {
    return { type: "text", text };
  }
});

describe("a message of a refusal", () => {
  it.each([
    [{ message: null }, "message must be a string, not null."],
    [{ message: "hi", stream: "yes" }, "stream must be a boolean, not a string."],
    [{ message: "hi", documents: "a" }, "documents must be a list, not a string."],
    [{ message: "hi", documents: [] }, "documents must have at least 1 item."],
    [{ message: "hi", cache: [] }, "cache must be an object, not a list."],
    [
      { message: "hi", cache: { mode: "off" } },
      "cache.mode must be one of default, bypass, refresh, only.",
    ],
    [{ message: "hi", cache: { threshold: 2 } }, "cache.threshold must be at most 1."],
    [{ message: "hi", cache: { ttl_seconds: 1.5 } }, "cache.ttl_seconds must be a whole number."],
    [{ message: "hi", cache: { ttl_seconds: 0 } }, "cache.ttl_seconds must be more than 0."],
    ["7", "the body must be an object, not a number."],
  ])("%j: %s", async (body, message) => {
    const { json } = await server.call("POST", "/v1/chat", body);
    expect(json.error.message).toContain(message);
  });

  it("names the id in the path", async () => {
    const { status, json } = await server.call("GET", "/v1/conversations/a:b");
    expect([status, json.error.param]).toEqual([400, "id"]);
  });
});
