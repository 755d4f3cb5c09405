import { once } from "node:events";
import { createServer } from "node:http";
import { expect, it, onTestFinished } from "vitest";
import { checkReplies } from "../support/check-replies.ts";

/** What the check says of a reply. */
async function checked(
  method: string,
  path: string,
  reply: { status?: number; headers?: Record<string, string>; body?: string },
): Promise<readonly string[]> {
  const server = createServer();
  const seen = checkReplies(server);
  server.on("request", (_request, response) => {
    const { status = 200, headers, body } = reply;
    const usual = { "x-request-id": "req_1", "content-type": "application/json" };
    response.statusCode = status;
    response.setHeaders(new Map(Object.entries({ ...usual, ...headers }))).end(body);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => void server.close());
  const { port } = Object(server.address());
  await (await fetch(`http://127.0.0.1:${port}${path}`, { method })).text();
  return seen.problems;
}

const error = JSON.stringify({
  error: { message: "No.", type: "t", code: "c", param: null, request_id: "req_1" },
});

it("takes a reply as the document has it", async () => {
  expect(await checked("GET", "/livez", { body: '{"status":"ok"}' })).toEqual([]);
  expect(await checked("GET", "/v1/me", { status: 401, body: error })).toEqual([]);
  const allowed = { status: 405, body: error, headers: { allow: "GET" } };
  expect(await checked("PUT", "/v1/cache/entries/export", allowed)).toEqual([]);
});

it.each([
  ["a field too many", "GET", "/livez", { body: '{"status":"ok","more":1}' }],
  ["a field too few", "GET", "/livez", { body: "{}" }],
  ["no JSON", "GET", "/livez", { body: "ok" }],
  ["another media type", "GET", "/livez", { headers: { "content-type": "text/html" } }],
  ["a status that is not documented", "GET", "/livez", { status: 418, body: error }],
  ["a header of another form", "GET", "/livez", { headers: { "x-request-id": "a b" } }],
  ["another Allow", "PUT", "/livez", { status: 405, body: error, headers: { allow: "POST" } }],
  ["a wrong error", "GET", "/v1/nowhere", { status: 404, body: "{}" }],
  [
    "a wrong line",
    "GET",
    "/v1/reports/usage.ndjson",
    { headers: { "content-type": "application/x-ndjson" }, body: '{"id":"msg_1"}\n' },
  ],
  [
    "an event that is not documented",
    "POST",
    "/v1/chat",
    {
      headers: { "content-type": "text/event-stream" },
      body: 'event: answer-other\ndata: {"text":"a"}\n\n',
    },
  ],
  [
    "an event with other data",
    "POST",
    "/v1/chat",
    {
      headers: { "content-type": "text/event-stream" },
      body: 'event: answer-delta\ndata: {"texts":"a"}\n\n',
    },
  ],
])("tells of %s", async (_what, method, path, reply) => {
  expect(await checked(method, path, reply)).not.toEqual([]);
});
